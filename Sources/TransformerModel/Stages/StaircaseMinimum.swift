/// The least of value(x) + slope x over given x, for a value that never rises with x.
///
/// Both ends of an interval are known when it is looked at. Inside it, nothing is below value(high) +
/// slope times the next x after low, because the value does not rise and the slope is not negative; if
/// that is no better than the best so far, or value(low) = value(high), the interval is done. Otherwise it is
/// halved. The least is therefore found exactly, usually after a few evaluations for each step of the
/// staircase that matters.
enum StaircaseMinimum {
    /// What was found: the place of x, and value(x) + slope x.
    struct Found {
        let index: Int
        let objective: Double
    }

    /// Finds the least.
    /// - Parameters:
    ///   - candidates: the x, rising.
    ///   - slope: at least 0.
    ///   - value: never rising with x; infinite where nothing is feasible.
    /// - Returns: the best x and its objective; nil if the value is infinite everywhere.
    static func minimum(
        candidates: [Double], slope: Double, value: (Double) -> Double
    ) -> Found? {
        guard let last = candidates.last else { return nil }
        let lowest = value(last)
        guard lowest.isFinite else { return nil }
        var best = Found(index: candidates.count - 1, objective: lowest + slope * last)

        // First x with a finite value, by halving.
        var first = candidates.count - 1
        var firstValue = lowest
        var infeasible = -1
        while first - infeasible > 1 {
            let middle = (first + infeasible) / 2
            let found = value(candidates[middle])
            if found.isFinite { (first, firstValue) = (middle, found) } else { infeasible = middle }
        }

        func note(_ index: Int, _ value: Double) {
            let objective = value + slope * candidates[index]
            if objective < best.objective { best = Found(index: index, objective: objective) }
        }
        note(first, firstValue)
        var intervals = [(low: first, lowValue: firstValue, high: candidates.count - 1, highValue: lowest)]
        while let (low, lowValue, high, highValue) = intervals.popLast() {
            guard high - low > 1, lowValue > highValue else { continue }
            guard highValue + slope * candidates[low + 1] < best.objective else { continue }
            let middle = (low + high) / 2
            let middleValue = value(candidates[middle])
            note(middle, middleValue)
            intervals.append((middle, middleValue, high, highValue))
            intervals.append((low, lowValue, middle, middleValue))
        }
        return best
    }
}
