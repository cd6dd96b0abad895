import Files
import Testing

@Suite struct MisspeltColumnTests {
    static let known = ["gpu", "microbatches", "zero_bubble", "tp", "overlap_tp", "overlap_pp"]

    static func check(_ header: String) -> String? {
        do {
            try CSVTable(text: header + "\n", place: "plans.csv").refuseMisspelt(
                known: known, place: "plans.csv")
            return nil
        } catch { return error.description }
    }

    @Test(
        "A column that is a slip away from one that is read is refused with that one's name",
        arguments: [
            ("gpu,zero_bubbel", "zero_bubble"), ("gpu,microbatch", "microbatches"),
            ("gpu,Zero-Bubble", "zero_bubble"), ("gpu,overlap_tpp", "overlap_tp"),
        ])
    func refused(header: String, meant: String) {
        #expect(
            Self.check(header)?.contains("did you mean '\(meant)'?") == true,
            "\(Self.check(header) ?? "read")")
    }

    @Test(
        "Columns of one's own are passed on, also near one that is there",
        arguments: ["gpu,note", "gpu,id,source", "tp,pp,dp,ep", "zero_bubble,zero_bubbles"])
    func passed(header: String) {
        #expect(Self.check(header) == nil)
    }
}
