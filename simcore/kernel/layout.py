"""Records that Python fills and the step loop reads: names of their int64 words, one place for both sides.

A record is a row of an int64 array; a word that ends in ``_AT`` is the address of an array.
"""

from enum import IntEnum

__all__ = [
    "ENTRIES",
    "NO_CHUNK",
    "ROW",
    "Block",
    "Context",
    "Emission",
    "Exchange",
    "ExchangeStage",
    "Head",
    "History",
    "Illness",
    "Pathway",
    "Phase",
    "Plastic",
    "Record",
    "Sampler",
    "Slice",
    "SpikeRow",
    "Stage",
    "Status",
    "Task",
    "Wheel",
]

# Words of a spike that is exchanged.
ROW = 4

# Segments in one chunk of a wheel's list, and the mark of an empty list.
ENTRIES = 128
NO_CHUNK = -1


class Slice(IntEnum):
    """One population's neurons in one block."""

    KERNEL = 0
    TABLE_AT = 1
    FIRST_ID = 2
    SIZE = 3
    IDS_AT = 4
    COUNTS_AT = 5
    RECORDED_AT = 6
    START = 7  # position of its first neuron in the block
    HISTORY_AT = 8  # see History; 0 unless synapses look at its spikes
    WORDS = 9


class Block(IntEnum):
    """A thread's share of the targets: ranges of rows in the other tables, and its spike log."""

    FIRST_SLICE = 0
    LAST_SLICE = 1
    FIRST_PATHWAY = 2
    LAST_PATHWAY = 3
    FIRST_DEVICE = 4
    LAST_DEVICE = 5
    FIRST_SAMPLER = 6
    LAST_SAMPLER = 7
    LOG_AT = 8  # rows of (id, count, interval), int32
    OFFSETS_AT = 9  # first row of each (step, slice)
    LOG_ROWS = 10
    HISTORY_AT = 11  # see History; 0 if no synapse looks at the spikes of targets
    WORDS = 12


class Pathway(IntEnum):
    """Synapses of one kind onto one input of a block, by (source, delay, target), and the wheel of what is under way."""

    KERNEL = 0
    TABLE_AT = 1
    N_SOURCES = 2
    SLOT_AT = 3  # int32 a source: its position among sources with synapses here, or -1
    BASE_AT = 4  # int64 a slot: first synapse
    RUN_FIRST_AT = 5  # int64 a slot: first run of equal delays
    RUN_DELAY_AT = 6  # uint16 a run: delay in steps
    RUN_END_AT = 7  # uint32 a run: last synapse, counted from the slot's base
    FROM_DEVICES = 8
    BUCKETS = 9  # length of the wheel, a power of two
    WHEEL_AT = 10  # int32: see Wheel
    NEXT_AT = 11  # int32 a chunk: the next one of its list
    ENTRY_AT = 12  # int64: chunks of ENTRIES rows of four words
    SINCE = 13  # step of emission of the first spike that it may carry
    STARTS_AT = 14  # plastic: int64 a run: its first synapse; entries are (run, step of emission, interval, factor)
    FOLD = 15  # plastic: address of the kernel that applies spikes of targets to all synapses
    RECORD_AT = 16  # see Record; 0 unless weights are recorded
    WORDS = 17


class Record(IntEnum):
    """What is written down of the spikes that synapses transmit."""

    N_ROWS = 0
    CAPACITY = 1
    STEP = 2  # the present one
    SYNAPSES_AT = 3  # int64 a row
    STEPS_AT = 4  # int64 a row: step of arrival
    VALUES_AT = 5  # float64 a row: the weight that was sent
    MASK_AT = 6  # uint8 a synapse: whether it is recorded
    WEIGHTS_AT = 7  # float64 a synapse, for inputs that count spikes
    SCALE = 8  # of stored weights, as float64 bits
    WORDS = 9


class Plastic(IntEnum):
    """The table of a plastic pathway's kernels; columns of state, with those that are shown, and of parameters follow."""

    N_SYNAPSES = 0
    N_RUNS = 1
    TARGETS_AT = 2  # uint16
    ROW_AT = 3  # inputs for what is sent with a positive and with a negative sign
    NEGATIVE_ROW_AT = 4
    SCALARS_AT = 5
    STARTS_AT = 6  # int64 a run: first synapse, and the end of the last one
    DELAYS_AT = 7  # uint16 a run
    LAST_AT = 8  # int64 a run: step of emission of the last spike that arrived, -1 before the first
    SETTLED_AT = 9  # int64 a run: step of the last spike of targets that the weights contain, if there was one
    HISTORY_AT = 10
    SINCE = 11
    WEIGHTS_AT = 12  # float64, as the user gave them
    SHOWN_AT = 13  # float64: what they were after the last spike of their source
    WORDS = 14


class History(IntEnum):
    """The spikes of a block's neurons for plastic synapses onto them: for each neuron a list of rows, the latest at its end.

    A row holds step and number of spikes, 32 bits each, then for each trace its value just before, as float64.
    """

    SIZE = 0
    CAPACITY = 1  # rows of each neuron
    WIDTH = 2  # words of a row
    ROWS_AT = 3
    LENGTHS_AT = 4  # int32 a neuron: rows in its list
    WANTED_AT = 5  # uint8 a neuron: whether synapses look at its spikes
    RATES_AT = 6  # float64 a trace and neuron: dt over the time constant
    FULLEST = 7  # most rows of a neuron
    REACH = 8  # steps for which spikes are kept at least
    COMFORT = 9  # synapses to which spikes are folded at once before more room is made; -1 for any number
    WORDS = 10


class Wheel(IntEnum):
    """Head of a wheel's int32 array; then for each bucket its first chunk, its last chunk, and the entries in the last."""

    FREE = 0
    N_FREE = 1
    WORDS = 2


class Task(IntEnum):
    """A kernel that is called in every step: a stimulator's before the update, a sampler's after it."""

    KERNEL = 0
    TABLE_AT = 1
    WORDS = 2


class Emission(IntEnum):
    """The table of the kernel that sends the spikes of generators."""

    PATHWAYS_AT = 0
    N_SPIKES = 1
    SPIKES_AT = 2  # int64: rows of `SpikeRow`
    WORDS = 3


class SpikeRow(IntEnum):
    """A spike that a generator will emit."""

    STEP = 0
    SOURCE = 1
    COUNT = 2
    INTERVAL = 3  # steps since the source's previous spike, -1 if there is none
    FACTOR = 4  # on the weight, as float64 bits
    WORDS = 5


class Sampler(IntEnum):
    """The table of a sampler's kernel: state variables of some neurons of one slice, copied at multiples of an interval."""

    N_NODES = 0
    NODES_AT = 1  # int32: positions in the slice
    N_COLUMNS = 2
    COLUMNS_AT = 3  # int64 pairs: address, 1 if int32
    INTERVAL = 4
    OFFSET = 5
    START = 6
    STOP = 7
    OUT_AT = 8  # float64: rows of (column, node)
    ROW_AT = 9  # int64: rows written
    WORDS = 10


class Illness(IntEnum):
    """The first state variable of a slice that was not finite, or -1."""

    STEP = 0
    NEURON = 1
    VARIABLE = 2  # position among the state variables
    SIGN = 3  # of an infinity; 0 is NaN
    WORDS = 4


class Exchange(IntEnum):
    """How the spikes of all blocks of all ranks become one list; rows of it are (id, step in the slice, count, interval)."""

    ALLGATHER = 0  # address of the collective function
    COMM = 1
    TYPE = 2
    N_RANKS = 3
    STAGE = 4
    OWN_AT = 5  # a head and the spikes of this rank
    OWN_ROOM = 6  # rows besides the head
    HEADS_AT = 7  # the first message of each rank: a head and the first rows
    REST_AT = 8  # the second one: the other rows
    REST_ROOM = 9  # rows for each rank
    ALL_AT = 10  # spikes of all ranks
    SPARE_AT = 11  # as much room again, for sorting
    ALL_ROOM = 12
    STARTS_AT = 13  # where each rank's spikes begin
    LIST_AT = 14  # where the sorted list is
    N_SPIKES = 15
    LONGEST = 16  # most spikes of one rank
    LEVEL = 17  # rows in the first message
    PEAK = 18  # recent value of LONGEST that the level follows
    STOP = 19  # whether this rank wants to end the run
    STOPPED = 20  # whether some rank did
    ERROR = 21  # what the collective function returned
    WITH_RANKS = 22  # address of the part that talks to other ranks, 0 if there are none
    SENT = 23  # spikes of this rank so far
    WORDS = 24


class Head(IntEnum):
    """First row of a message."""

    N_SPIKES = 0
    STOP = 1


class ExchangeStage(IntEnum):
    """Where in the exchange the first thread is."""

    PACK = 0
    SEND = 1
    REST = 2


class Stage(IntEnum):
    """Where in a slice of time a thread is, so that it can return to Python and go on."""

    BEGIN = 0
    EMIT = 1
    ADVANCE = 2
    EXCHANGE = 3
    REGISTER = 4


class Status(IntEnum):
    """Why a thread returns."""

    DONE = 0
    FLUSH = 1
    GROW = 2
    WIDEN = 3  # the exchange lacks room
    LOST = 4  # the exchange failed
    BROKEN = 5  # another thread failed
    CROWDED = 6  # a list of spikes of a neuron with plastic synapses is full
    FILLED = 7  # what is written down of transmitted spikes has no room


class Phase(IntEnum):
    """What wall time is spent on, in the order of the clock's words in the context."""

    INPUT = 0  # stimulators
    DELIVERY = 1  # spikes to synapses, and from these to inputs
    UPDATE = 2
    RECORDING = 3
    EXCHANGE = 4  # waiting for other threads and ranks included


class Context(IntEnum):
    """What a thread keeps between calls."""

    STEP = 0
    STAGE = 1
    LENGTH = 2
    PHASE = 3
    EVENT = 4
    N_RECORDED = 5
    NEEDED = 6  # pathway that lacks chunks, and how many; or block whose lists of spikes are full
    CHUNKS = 7
    CLOCK = 8  # two words that the clock writes
    LAP = 10  # its latest reading
    TIMES = 11  # ticks of each Phase
    FIRST_PATHWAY = 16  # of its blocks
    LAST_PATHWAY = 17
    EMIT = 18  # what generators send: kernel (0 if there is nothing), and its table
    EMISSION_AT = 19
    WORDS = 20
