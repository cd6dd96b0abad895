import Foundation
import Training
import TransformerModel

/// One number that a fit may move, with what was believed about it before.
///
/// A parameter z stands for the value `prior · exp(deviation · z)`, so that values stay positive and z = ±1 is
/// one standard deviation of the prior.
public struct FittedNumber: Sendable {
    /// Where the number lives.
    public enum Place: Sendable {
        /// In every prediction.
        case constant(any WritableKeyPath<StepConstants, Double> & Sendable)
        /// In the calibration of some machines.
        case machines(Set<String>, any WritableKeyPath<Calibration, Double> & Sendable)
        /// In the conduct of some software.
        case software(Set<String>, any WritableKeyPath<SoftwareConduct, Double> & Sendable)

        /// Names of the machines or of the software; empty for a constant.
        public var entries: Set<String> {
            switch self {
            case .constant: []
            case .machines(let names, _), .software(let names, _): names
            }
        }
    }

    /// Its name; of machines and software as in their files.
    public let name: String
    /// Architecture, machine or software, empty for a constant.
    public let scope: String
    /// Where it lives.
    public let place: Place
    /// The value believed before.
    public let prior: Double
    /// Standard deviation of the logarithm of the value.
    public let deviation: Double
    /// The largest value that makes sense: 1 for shares.
    public let most: Double
    /// The smallest value that makes sense.
    public var least = 0.0

    /// The value of a parameter.
    public func value(at parameter: Double) -> Double {
        min(most, max(least, prior * exp(deviation * parameter)))
    }

    /// The same number drawn to another value, within a reach of it; itself where there is none.
    ///
    /// Its own bounds stay, unless the value is outside them.
    /// - Parameters:
    ///   - value: what it is drawn to.
    ///   - reach: the furthest it may go, in deviations.
    /// - Returns: the number.
    func centred(at value: Double?, reach: Double) -> FittedNumber {
        guard let value else { return self }
        let factor = exp(deviation * reach)
        return FittedNumber(
            name: name, scope: scope, place: place, prior: value, deviation: deviation,
            most: max(value, min(most, value * factor)), least: min(value, max(least, value / factor)))
    }

    /// Whether it enters predictions for a machine and a software.
    func matters(machine: String, software: String) -> Bool {
        switch place {
        case .constant: true
        case .machines(let names, _): names.contains(machine)
        case .software(let names, _): names.contains(software)
        }
    }
}

/// Constants, calibrations and conducts with fitted numbers in them.
public struct FittedSetting: Sendable {
    /// Of the step model.
    public var constants: StepConstants
    /// By machine.
    public var calibrations: [String: Calibration]
    /// By software.
    public var conducts: [String: SoftwareConduct]

    /// Puts values in their places; a later number takes the place of an earlier one.
    mutating func put(_ numbers: [FittedNumber], at point: [Double]) {
        for (number, parameter) in zip(numbers, point) {
            let value = number.value(at: parameter)
            switch number.place {
            case .constant(let path): constants[keyPath: path] = value
            case .machines(let names, let path):
                for name in names { calibrations[name]?[keyPath: path] = value }
            case .software(let names, let path):
                for name in names { conducts[name]?[keyPath: path] = value }
            }
        }
    }

    /// The value of a number as set.
    func value(of number: FittedNumber) -> Double? {
        switch number.place {
        case .constant(let path): constants[keyPath: path]
        case .machines(let names, let path):
            names.sorted().lazy.compactMap { calibrations[$0]?[keyPath: path] }.first
        case .software(let names, let path):
            names.sorted().lazy.compactMap { conducts[$0]?[keyPath: path] }.first
        }
    }
}
