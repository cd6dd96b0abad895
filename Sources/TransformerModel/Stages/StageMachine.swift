public import Quantities

/// What a stage runs on.
public struct StageMachine: Hashable, Sendable, Codable {
    /// Name, for reports.
    public let name: String
    /// What layer times are multiplied by: 1 for the machine they were priced on, 2 for one half as fast.
    public let slowness: Double
    /// Memory of one device that layers and activations may fill.
    public let memory: Bytes

    /// Makes a machine.
    /// - Parameters:
    ///   - name: for reports.
    ///   - slowness: what layer times are multiplied by, above 0.
    ///   - memory: what may be filled, above 0; any reserve is taken off beforehand.
    public init(name: String = "device", slowness: Double = 1, memory: Bytes) {
        self.name = name
        self.slowness = slowness
        self.memory = memory
    }
}

/// A machine and how many stages may run on it.
public struct MachineStock: Hashable, Sendable, Codable {
    /// The machine.
    public let machine: StageMachine
    /// How many stages may run on it.
    public let count: Int

    /// Makes a stock.
    /// - Parameters:
    ///   - machine: the machine.
    ///   - count: how many stages may run on it, at least 0.
    public init(machine: StageMachine, count: Int) {
        self.machine = machine
        self.count = count
    }
}

/// Which stage runs on what.
public enum MachineSupply: Hashable, Sendable, Codable {
    /// One machine a stage, in the order of the stages.
    case fixed([StageMachine])
    /// Which stage gets which machine is decided too; this couples the stages.
    case pool([MachineStock])

    /// The machines that occur, in order.
    var machines: [StageMachine] {
        switch self {
        case .fixed(let machines): machines
        case .pool(let stocks): stocks.map(\.machine)
        }
    }

    /// Places in `machines` that a stage may use.
    func choices(stage: Int) -> [Int] {
        switch self {
        case .fixed: [stage]
        case .pool(let stocks): stocks.indices.filter { stocks[$0].count > 0 }
        }
    }
}

/// A limit on something that all stages share; this couples the stages.
public enum JobBudget: Hashable, Sendable, Codable {
    /// Seconds of extra time of treatments (recomputation) in a step, summed over microbatches and stages.
    case extraTime(Seconds)
    /// Bytes held on the host, summed over stages, each with all its microbatches in flight.
    case offloadedBytes(Bytes)

    /// The limit in seconds or bytes.
    var limit: Double {
        switch self {
        case .extraTime(let seconds): seconds.value
        case .offloadedBytes(let bytes): bytes.value
        }
    }
}
