import Foundation

/// What an anchor did: to which rows predictions were drawn, which numbers moved, and what that is worth.
public struct AnchorReport: Hashable, Sendable {
    /// A number that moved noticeably.
    public struct Move: Hashable, Sendable {
        /// Its name in hardware or software files.
        public let name: String
        /// The machine or the software.
        public let scope: String
        /// As shipped.
        public let before: Double
        /// As anchored.
        public let after: Double

        /// Relative change.
        public var change: Double { after / before - 1 }
    }

    /// One distinct plan that was measured, once or several times.
    public struct Row: Hashable, Sendable {
        /// Names of the rows of the table, or their numbers.
        public let ids: [String]
        /// Name of its model.
        public let model: String
        /// Which numbers it shares with the question.
        public let share: Share
        /// Median of the measured times, seconds.
        public let measured: Double
        /// Predicted with the shipped numbers, seconds.
        public let before: Double
        /// Predicted with the anchored numbers, seconds.
        public let after: Double
        /// Predicted by a fit to the other rows, seconds; nil where there are none.
        public let leftOut: Double?
        /// What it does not state, with what was taken.
        public let assumed: [String]
    }

    /// Which numbers a row has in common with the question.
    public enum Share: String, Hashable, Sendable {
        /// Machine and software are the question's.
        case both = "machine and software"
        /// It ran by another software.
        case machine
        /// It ran on another machine.
        case software
    }

    /// A row that the fit did not use.
    public struct Unused: Hashable, Sendable {
        /// Its name, or its number.
        public let id: String
        /// Why.
        public let reason: String
    }

    /// Name of the table.
    public let place: String
    /// Name of the model that the question is about.
    public let model: String
    /// The machine whose numbers were moved.
    public let machine: String
    /// The software whose numbers were moved.
    public let software: String
    /// What was fitted, in the order of the table.
    public let rows: [Row]
    /// Numbers of the question that moved by more than ``noticeable``, machine first.
    public let moves: [Move]
    /// What was not.
    public let unused: [Unused]
    /// How many parts the rows were left out in; as many as rows where each was left out alone, 0 where none was.
    public let parts: Int

    /// A relative change from which on a number is named.
    public static let noticeable = 0.01
    /// Measured over predicted, or the other way round, from which on a row is called suspicious.
    public static let suspicious = 1.5

    /// Rows of the table that were used.
    public var rowCount: Int { rows.reduce(0) { $0 + $1.ids.count } }

    /// Errors with the shipped numbers, predicted over measured less 1.
    public var errorsBefore: ErrorStatistics? { errors { $0.before } }
    /// Errors as anchored.
    public var errorsAfter: ErrorStatistics? { errors { $0.after } }
    /// Errors of fits that have not seen the row; nil for one row.
    public var errorsLeftOut: ErrorStatistics? { errors { $0.leftOut } }

    private func errors(_ predicted: (Row) -> Double?) -> ErrorStatistics? {
        ErrorStatistics(rows.compactMap { row in predicted(row).map { $0 / row.measured - 1 } })
    }

    /// What rows took over their prediction, anchored or left out, whichever is further off: from the least to the most of up
    /// to ten rows, eight of ten of more; 1 is among it.
    ///
    /// Rows of another machine or software count only where there are no others.
    public var seen: ClosedRange<Double> {
        let own = rows.filter { $0.share == .both }
        let ratios = (own.isEmpty ? rows : own).map { row -> Double in
            let fitted = row.measured / row.after
            guard let left = row.leftOut.map({ row.measured / $0 }) else { return fitted }
            return abs(log(left)) > abs(log(fitted)) ? left : fitted
        }.sorted()
        guard !ratios.isEmpty else { return 1...1 }
        let outside = Int(0.1 * Double(ratios.count - 1))
        return min(1, ratios[outside])...max(1, ratios[ratios.count - 1 - outside])
    }

    /// Whether a row is of the question's model: what is known of other models is less.
    public var hasModel: Bool { rows.contains { $0.model == model } }

    /// A band of published steps, as wide at least as the errors that the anchor's rows have.
    ///
    /// A few rows of one cluster do not show that other plans are met better, so that they never make it narrower.
    public func widened(_ band: PredictionBand) -> PredictionBand {
        PredictionBand(
            name: band.name, rows: band.rows, mostGPUs: band.mostGPUs, median: band.median,
            low: min(band.low, seen.lowerBound),
            high: max(band.high, seen.upperBound))
    }

    /// Rows so far from their shipped prediction that something about them is probably not as stated.
    public var suspects: [Row] {
        rows.filter { abs(log($0.measured / $0.before)) > log(Self.suspicious) }
    }
}
