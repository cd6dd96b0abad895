/// Places on an axis with the borders half-way between neighbours, as bars and cells need them.
struct Intervals: Sendable, Hashable {
    /// Places that can be drawn, in the order given.
    let places: [Double]
    /// Index of each place in the original list.
    let indices: [Int]
    /// Borders, one more than places; empty for no places.
    let edges: [Double]

    /// Borders half-way on the axis: the geometric mean on a logarithmic one.
    ///
    /// Places must ascend; those without a position on the axis, or not above their forerunner, are left out.
    init(around values: [Double], on kind: Scale.Kind) {
        var kept: [(index: Int, value: Double, place: Double)] = []
        for (index, value) in values.enumerated() {
            guard let place = kind.transformed(value) else { continue }
            if let last = kept.last, place <= last.place { continue }
            kept.append((index, value, place))
        }
        places = kept.map(\.value)
        indices = kept.map(\.index)
        guard let first = kept.first, let last = kept.last else {
            edges = []
            return
        }
        let middles = zip(kept, kept.dropFirst()).map { ($0.place + $1.place) / 2 }
        let firstHalf = middles.first.map { $0 - first.place } ?? 0.5
        let lastHalf = middles.last.map { last.place - $0 } ?? 0.5
        edges = ([first.place - firstHalf] + middles + [last.place + lastHalf]).map(kind.restored)
    }
}
