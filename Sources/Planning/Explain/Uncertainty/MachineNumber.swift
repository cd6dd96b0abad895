import Training

/// A number that has a key, as in hardware files.
public protocol KeyedNumber {
    /// Its key, parts with dots between.
    var key: String { get }
}

extension Knob: KeyedNumber {}

/// A number of a machine that a cost model reads.
public enum MachineNumber: Hashable, Sendable, KeyedNumber {
    /// Of the data-movement model.
    case laws(Knob)
    /// Of the steps of transformers.
    case transformer(StepNumber)

    /// Its key: that of hardware files, where one number stands there.
    public var key: String {
        switch self {
        case .laws(let knob): knob.key
        case .transformer(let number): number.key
        }
    }

    /// The machine with this number multiplied.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - machine: any.
    /// - Returns: the machine; nothing is checked.
    public func scaled(by factor: Double, on machine: Accelerator) -> Accelerator {
        switch self {
        case .laws(let knob): knob.scaled(by: factor, on: machine)
        case .transformer(let number): number.scaled(machine, by: factor)
        }
    }

    /// The nearest factor that leaves a number that can be: a sustained fraction stops at 1.
    func possible(_ factor: Double, on machine: Accelerator) -> Double {
        guard self == .laws(.sustainedFraction) else { return factor }
        return min(factor, 1 / machine.compute.sustainedFraction)
    }
}
