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
        /// The scale is smaller than between published clusters: by what one cluster is slower in all its steps is what an
        /// anchor is to learn. Of 0.01 to 0.08, tried on groups that a fit had not seen, 0.08 learns least and
        /// the others alike (`AnchorWorthTests`, docs/transformer-accuracy.md). Deviations stay those of the published
        /// fit, as they say how clusters differ; beyond two of them a number would no longer be one that is believed,
        /// whatever a row says.
        public static let anchor = Rules(scale: 0.02, weighing: .rows, centre: .present(reach: 2))
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
        /// To what they are, from which they go no further than so many deviations.
        case present(reach: Double)
    }
}
