import Planning

extension UncertaintyRequest {
    /// What is drawn, as members of a JSON object.
    var members: [String: JSONValue] {
        [
            "samples": .integer(samples), "seed": .text(String(seed)), "tolerance": .number(tolerance),
            "numbers": .array(
                numbers.map { number in
                    .object(["key": .text(number.knob.key), "factor": .text(number.spread.text)])
                }),
        ]
    }

    /// What is drawn, in one line.
    var text: String {
        "uncertain: \(drawn); \(samples) samples, seed \(seed)"
    }

    /// The numbers with their spreads.
    var drawn: String { numbers.map { "\($0.knob.key) \($0.spread.text)" }.joined(separator: ", ") }

    /// The distance within which a plan is near the best, such as `5 %`.
    var nearText: String { PlainNumber.text((tolerance * 1e5).rounded() / 1e3) + " %" }
}

extension UncertainNumber.Spread {
    /// The factors as the command line takes them.
    var text: String {
        switch self {
        case .logUniform(let range):
            "\(PlainNumber.text(range.lowerBound))..\(PlainNumber.text(range.upperBound))x"
        case .normal(let deviation): "normal:\(deviation)"
        }
    }
}

extension Band {
    /// Three columns, `NAME_p10`, `NAME_p50` and `NAME_p90`.
    func fields(_ name: String) -> [Field] {
        [
            Field("\(name)_p10", .number(low)), Field("\(name)_p50", .number(middle)),
            Field("\(name)_p90", .number(high)),
        ]
    }
}
