import Training

extension CutTable {
    /// What the even cuts of a pipeline degree have in common: layers of one kind that some stage has at least, that a
    /// microbatch comes through before it, and that the first stage has.
    struct Heads: Sendable {
        /// Layers of the fullest stage; half of those of both directions where there are two.
        private(set) var most = Double.infinity
        /// Layers, with their backward passes, before the last of the fullest stages.
        private(set) var before = Double.infinity
        /// Chunks of a stage at most, of which the first, with a vth of the stage's layers or more, comes before the first
        /// pass of the next stage; nil where backward passes are split or first chunks have less.
        private(set) var chunks: Int? = 1
        /// The most chunks of a stage, and the fewest layers of a first stage.
        private(set) var mostChunks = 1
        private(set) var layersOfFirst = Int.max
        /// Layers of the kind on the first stage; half of those of both directions where there are two.
        private(set) var first = Double.infinity
        /// The least that it has of the layers of any kind, over all of that kind.
        private(set) var firstOfAll = Double.infinity
        /// All layers of the first stage over those of the fullest, at the least.
        private(set) var firstShare = 1.0

        /// Looks through cuts; nil where there are none.
        /// - Parameters:
        ///   - cuts: of one pipeline degree.
        ///   - main: the kind of layers, by entry of their tables.
        ///   - counts: layers of the model, by the same.
        ///   - isBalanced: whether stages will be cut anew, with the most layers in first chunks.
        init?(_ cuts: [Cut], main: Int, counts: [Int], isBalanced: Bool) {
            guard !cuts.isEmpty else { return nil }
            for cut in cuts {
                let head = Self.head(of: cut, main: main)
                most = min(most, head.most)
                before = min(before, head.before)
                let stage = cut.stages.classes[0]
                mostChunks = max(mostChunks, cut.chunks)
                layersOfFirst = min(layersOfFirst, stage.layers)
                first = min(first, cut.schedule.placement.passingShare * Double(stage.counts[main]))
                for (count, all) in zip(stage.counts, counts) where all > 0 {
                    let share = cut.schedule.placement.passingShare * Double(count) / Double(all)
                    firstOfAll = min(firstOfAll, share)
                }
                firstShare = min(firstShare, Double(stage.layers) / Double(max(1, cut.mostLayers)))
                let isFull = isBalanced ? cut.schedule.isBackwardWhole : Self.hasFullFirst(cut)
                chunks = isFull ? chunks.map { max($0, cut.chunks) } : nil
            }
        }

        /// Whether the first chunk of every stage but the last has its share of the layers of each kind, and comes before
        /// the next stage whole.
        private static func hasFullFirst(_ cut: Cut) -> Bool {
            guard cut.schedule.isBackwardWhole else { return false }
            guard cut.chunks > 1 else { return true }
            guard cut.schedule.placement == .loop else { return false }
            let last = cut.stages.runs.last
            return cut.stages.classes.indices.allSatisfy { place in
                let entry = cut.stages.classes[place]
                if place == last?.entry, entry.stages == 1 { return true }
                return zip(entry.firstCounts, entry.counts).allSatisfy { $0 * cut.chunks >= $1 }
            }
        }

        private static func head(of cut: Cut, main: Int) -> (most: Double, before: Double) {
            let stages = cut.stages
            let passing = cut.schedule.placement.passingShare
            let isWhole = cut.schedule.isBackwardWhole
            var (most, before, passed) = (-1.0, 0.0, 0.0)
            for run in stages.runs {
                let entry = stages.classes[run.entry]
                let count = passing * Double(entry.counts[main])
                let first = Double((cut.chunks > 1 && isWhole ? entry.firstCounts : entry.counts)[main])
                if count >= most {
                    most = count
                    before = passed + Double(run.stages - 1) * first
                }
                passed += Double(run.stages) * first
            }
            return (most, isWhole ? before : 0)
        }
    }
}

extension LayerRoom {
    /// Whether the first stage of even cuts may fit.
    /// - Parameters:
    ///   - heads: what they have in common.
    ///   - shape: stages and microbatches.
    /// - Returns: whether it may.
    func mayHold(_ heads: CutTable.Heads, _ shape: (stages: Int, microbatches: Int)) -> Bool {
        let inFlight = Double(min(shape.stages, shape.microbatches))
        let most = bytes * (1 + Self.rounding)
        return heads.first * (states + inFlight * activations) <= most
            && heads.firstOfAll * (all.states + inFlight * all.activations) <= most
    }
}
