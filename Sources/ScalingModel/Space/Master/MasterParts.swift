import Foundation
import Training

/// Coefficients of the collectives at each network level, for one accelerator, asked of the cost model by
/// pricing one factor of 2 at each level alone.
struct LevelScales {
    /// Seconds for each unit of TPm's volume.
    var tensorModel = LevelVector.zero
    /// Seconds for each unit of TPf's volume.
    var tensorFeedForward = LevelVector.zero
    /// Seconds of latency where a tensor degree is active.
    var tensorLatency = LevelVector.zero

    init(model: StepModel) {
        let none = Split(factors: Array(repeating: 1, count: model.levels))
        for level in 0..<model.levels {
            var factors = Array(repeating: 1, count: model.levels)
            factors[level] = 2
            let pair = Split(factors: factors)
            let first = model.tensorTraffic(model: pair, feedForward: none, gpus: 1)
            let second = model.tensorTraffic(model: none, feedForward: pair, gpus: 1)
            tensorModel[level] = first.bandwidth
            tensorFeedForward[level] = second.bandwidth
            tensorLatency[level] = first.latency
        }
    }
}

/// Stretches put into few classes, each with its least member, so that the master stays small.
struct StretchClasses {
    /// The least stretch of each class, ascending.
    private(set) var stretches: [Double] = []
    /// The class of each stretch given.
    let members: [Int]

    /// Classes that a master may have at most.
    static let most = 48

    init(_ values: [Double]) {
        let sorted = values.sorted()
        var ratio = 1 + 1e-9
        repeat {
            stretches = []
            for value in sorted {
                if let last = stretches.last, value <= last * ratio { continue }
                stretches.append(value)
            }
            ratio = 1 + (ratio - 1) * 4
        } while stretches.count > Self.most
        let classes = stretches
        members = values.map { value in (classes.lastIndex { $0 <= value }) ?? 0 }
    }
}

/// Base-two logarithms of whole numbers.
enum Logarithm {
    /// log₂ of a number above zero.
    static func base2(_ value: Double) -> Double { Foundation.log2(value) }
}

/// Factorization by trial division; numbers are accelerators in use, so it is quick enough.
enum Primes {
    /// The primes of a number with their exponents, ascending.
    static func exponents(of number: Int) -> [(prime: Int, exponent: Int)] {
        var found: [(prime: Int, exponent: Int)] = []
        var rest = number
        var prime = 2
        while prime * prime <= rest {
            let exponent = exponent(of: prime, in: rest)
            if exponent > 0 {
                found.append((prime, exponent))
                for _ in 0..<exponent { rest /= prime }
            }
            prime += prime == 2 ? 1 : 2
        }
        if rest > 1 { found.append((rest, 1)) }
        return found
    }

    /// How often a prime divides a number.
    static func exponent(of prime: Int, in number: Int) -> Int {
        var rest = number
        var exponent = 0
        while rest.isMultiple(of: prime) {
            rest /= prime
            exponent += 1
        }
        return exponent
    }
}
