"""The compiled core: code generation, connectivity arrays, delivery, update, spike exchange and the step loop."""
