/// A floor under the peak of every partition, by taking as many layers as fit, stage after stage.
///
/// If a range of layers keeps within a limit on a stage, so does every part of it. So if any partition keeps
/// the limit, the one whose stages each reach as far as they can does: it is never behind another one, and
/// the next stage has no more left to carry. It may have nothing left to carry: then it stays empty, which a
/// partition may not, so this is a floor and not the least peak. Where machines are not fixed a stage
/// reaches as far as on any of them, which gives a floor all the same. Nothing of the dynamic programme is used.
enum PeakFloor {
    /// The least limit with which the stages reach the end.
    /// - Parameters:
    ///   - table: the columns.
    ///   - layers: number of layers.
    ///   - time: what is limited.
    /// - Returns: the least of the columns' times that will do; 0 if none does.
    static func floor(
        _ table: ColumnTable, layers: Int, time: (StageColumn) -> Double
    ) -> Double {
        let times = Set(table.columns.joined().map(time)).sorted()
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if reachesEnd(table, layers: layers, limit: times[middle], time: time) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        // Without a partition the model is infeasible, and no floor is needed to say so.
        return low < times.count ? times[low] : 0
    }

    private static func reachesEnd(
        _ table: ColumnTable, layers: Int, limit: Double, time: (StageColumn) -> Double
    ) -> Bool {
        var start = 0
        for columns in table.columns {
            var furthest = start
            for column in columns where column.start == start && time(column) <= limit {
                furthest = max(furthest, column.end)
            }
            start = furthest
        }
        return start == layers
    }
}
