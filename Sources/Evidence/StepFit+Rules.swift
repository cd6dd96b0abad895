extension StepFit {
    /// What a fit goes by.
    public struct Rules: Hashable, Sendable {
        /// A relative error that counts as one residual.
        public let scale: Double
        /// How much a row counts.
        public let weighing: Weighing
        /// Where numbers are drawn to.
        public let centre: Centre

        /// Of fits to published steps, whose clusters and settings differ in what no table states.
        public static let published = Rules(scale: 0.08, weighing: .betweenRowsAndGroups, centre: .prior)
        /// Of an anchor to steps of one cluster (``StepAnchor``).
        ///
        /// The scale is smaller than between published clusters, as what one cluster is slower by in all its steps is what an
        /// anchor is to learn. TODO
        public static let anchor = Rules(scale: 0.02, weighing: .rows, centre: .present)
    }

    /// How much a row counts.
    public enum Weighing: Hashable, Sendable {
        /// `min(1, 4/√rows of its group)`: half way between equal rows and equal groups.
        case betweenRowsAndGroups
        /// As many rows of the table as it stands for.
        case rows
    }

    /// Where numbers are drawn to.
    public enum Centre: Hashable, Sendable {
        /// To what was believed before any step was fitted.
        case prior
        /// To what they are.
        case present
    }
}
