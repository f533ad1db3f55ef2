"""izhikevich: two-variable neuron with quadratic spike onset (Izhikevich 2003, doi:10.1109/TNN.2003.820440).

One forward Euler step a time step. ``consistent_integration=False`` takes the published scheme: two half steps for the
potential, the recovery variable from the new potential, and arriving spikes as a current that lasts the step.
"""

import numpy as np

from simcore.models._base import Input, NeuronModel
from simcore.parameter import Param, State

PARAMETERS = {
    "a": Param(0.02, "1/ms", "rate of the recovery variable"),
    "b": Param(0.2, "1/ms", "sensitivity of the recovery variable to the potential"),
    "c": Param(-65.0, "mV", "potential after a spike"),
    "d": Param(8.0, "mV/ms", "jump of the recovery variable at a spike"),
    "V_th": Param(30.0, "mV", "potential at which a spike is cut off"),
    "V_min": Param(-np.inf, "mV", "smallest potential that the membrane can reach", infinite=True),
    "I_e": Param(0.0, "pA", "constant input current"),
    "consistent_integration": Param(True, "", "Euler steps of dt, with spikes that add to the potential"),
}
STATE = {
    "V_m": State("mV", "membrane potential", start=-65.0),
    "U_m": State("mV/ms", "recovery variable", start=-13.0),
}
INPUTS = {"arriving": Input("mV")}


def step(V_m, U_m, arriving, I_stim, dt, a, b, c, d, V_th, V_min, I_e, consistent_integration):
    """Advance one neuron by one step; the spike test comes last."""
    half = 0.5 * dt
    half_V = V_m + half * (0.04 * V_m * V_m + 5.0 * V_m + 140.0 - U_m + I_stim + I_e + arriving)
    published_V = half_V + half * (0.04 * half_V * half_V + 5.0 * half_V + 140.0 - U_m + I_stim + I_e + arriving)
    euler_V = V_m + (dt * (0.04 * V_m * V_m + 5.0 * V_m + 140.0 - U_m + I_stim + I_e) + arriving)
    U_m = U_m + dt * a * (b * (V_m if consistent_integration else published_V) - U_m)
    V_m = euler_V if consistent_integration else published_V
    V_m = V_min if V_m < V_min else V_m
    fires = V_m >= V_th
    return c if fires else V_m, U_m + d if fires else U_m, fires


MODEL = NeuronModel("izhikevich", PARAMETERS, STATE, INPUTS, step)
