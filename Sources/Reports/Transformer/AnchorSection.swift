import Evidence
import Foundation
import Quantities

/// What an anchor did, for people, scripts and tables.
public struct AnchorSection: Sendable {
    /// What was done.
    public let anchor: AnchorReport

    /// Takes an anchor's report.
    public init(_ anchor: AnchorReport) { self.anchor = anchor }

    /// Rows that text and pages list.
    static let mostListed = 12

    // MARK: Text

    /// The section as text, without a final newline.
    public var text: String {
        var parts = [headline, "  " + errors, rowTable.text]
        if anchor.rows.count > Self.mostListed {
            parts[2] += "\n  and \(anchor.rows.count - Self.mostListed) more"
        }
        parts.append(anchor.moves.isEmpty ? "  \(Self.still)" : moveTable.text)
        if !remarks.isEmpty { parts.append(remarks.map { "  \($0)" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    /// Said where no number moved noticeably.
    static let still = "no number moved by more than 1 %"

    /// To what the answer is anchored, in one line.
    public var headline: String {
        "anchored to \(Self.rows(anchor.rowCount)) of \(anchor.place): numbers of \(anchor.machine) and "
            + "\(anchor.software) drawn to what was measured"
    }

    /// The errors of the rows before and after, and left out, in one line.
    public var errors: String {
        guard let before = anchor.errorsBefore, let after = anchor.errorsAfter else { return "" }
        let kind = anchor.rows.count > 1 ? "median error" : "error"
        let start =
            "\(kind) of its rows \(Self.size(before.medianAbsolute)) as shipped, "
            + "\(Self.size(after.medianAbsolute)) as anchored"
        guard let left = anchor.errorsLeftOut else {
            return start + "; one plan does not show how far others are off"
        }
        let manner =
            anchor.parts == anchor.rows.count ? "each left out in turn" : "left out in \(anchor.parts) parts"
        return start + ", \(Self.size(left.medianAbsolute)) \(manner)"
    }

    /// Measured steps beside their predictions.
    var rowTable: TextTable {
        let isLeftOut = anchor.errorsLeftOut != nil
        var table = TextTable(
            [
                ("measured step", .left), ("took", .right), ("as shipped", .right), ("", .right),
                ("anchored", .right), ("", .right),
            ] + (isLeftOut ? [("left out", .right), ("", .right)] : []))
        for row in anchor.rows.prefix(Self.mostListed) {
            func cells(_ seconds: Double) -> [String] {
                [Readable.time(Seconds(seconds)), Self.signed(seconds / row.measured - 1)]
            }
            table.add(
                [Self.name(row), Readable.time(Seconds(row.measured))] + cells(row.before) + cells(row.after)
                    + (row.leftOut.map(cells) ?? []))
        }
        return table
    }

    /// The numbers that moved.
    var moveTable: TextTable {
        var table = TextTable([
            ("number that moved", .left), ("of", .left), ("shipped", .right), ("anchored", .right),
            ("change", .right),
        ])
        for move in anchor.moves {
            table.add([
                move.name, move.scope, Readable.significant(move.before), Readable.significant(move.after),
                Self.signed(move.change),
            ])
        }
        return table
    }

    /// What a reader should know of the rows, a sentence each.
    var remarks: [String] {
        var remarks: [String] = []
        for row in anchor.suspects.prefix(Self.mostListed) {
            let factor = Readable.significant(max(row.measured / row.before, row.before / row.measured))
            remarks.append(
                "\(Self.name(row)) took \(factor) times \(row.measured > row.before ? "" : "less than ")its shipped "
                    + "prediction: check that its columns say what ran")
        }
        if !anchor.hasModel {
            remarks.append(
                "none of them is of \(anchor.model): predictions of other models than those measured gain less"
            )
        }
        let partly = anchor.rows.filter { $0.share != .both }
        for share in [AnchorReport.Share.machine, .software] {
            let names = partly.filter { $0.share == share }.map(Self.name)
            guard !names.isEmpty else { continue }
            remarks.append(
                "\(Self.listed(names)): only the numbers of the \(share.rawValue) are shared with the question"
            )
        }
        var assumed: [String] = []
        for one in anchor.rows.flatMap(\.assumed) where !assumed.contains(one) { assumed.append(one) }
        if !assumed.isEmpty {
            remarks.append("taken where a row does not say it: \(Self.listed(assumed))")
        }
        var reasons: [String] = []
        for reason in anchor.unused.map(\.reason) where !reasons.contains(reason) { reasons.append(reason) }
        remarks += reasons.prefix(Self.mostListed).map { reason in
            "not used: \(Self.listed(anchor.unused.filter { $0.reason == reason }.map(\.id))): \(reason)"
        }
        if reasons.count > Self.mostListed {
            remarks.append("not used: others for \(reasons.count - Self.mostListed) more reasons")
        }
        return remarks
    }

    // MARK: JSON and CSV

    /// The section for scripts.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "file": .text(anchor.place), "rows": .integer(anchor.rowCount),
            "hardware": .text(anchor.machine), "software": .text(anchor.software),
            "seen_low": .number(anchor.seen.lowerBound), "seen_high": .number(anchor.seen.upperBound),
            "steps": .array(rowRecords.map(\.json)), "moved": .array(moveRecords.map(\.json)),
            "unused": .array(
                anchor.unused.map { [Field("id", .text($0.id)), Field("reason", .text($0.reason))].json }),
        ]
        for field in fields { members[String(field.name.dropFirst("anchor_".count))] = field.value.json }
        return .object(members)
    }

    /// How many rows there were and how far off they are, as columns.
    var fields: [Field] {
        func median(_ errors: ErrorStatistics?) -> Field.Value {
            errors.map { .number($0.medianAbsolute) } ?? .missing
        }
        return [
            Field("anchor_rows", .integer(anchor.rowCount)),
            Field("anchor_error_before", median(anchor.errorsBefore)),
            Field("anchor_error_after", median(anchor.errorsAfter)),
            Field("anchor_error_left_out", median(anchor.errorsLeftOut)),
        ]
    }

    /// Measured steps as records.
    var rowRecords: [[Field]] {
        anchor.rows.map { row in
            [
                Field("step", .text(row.ids.joined(separator: " "))), Field("model", .text(row.model)),
                Field("shares", .text(row.share.rawValue)),
                Field("measured_seconds", .number(row.measured)),
                Field("before_seconds", .number(row.before)),
                Field("after_seconds", .number(row.after)),
                Field("left_out_seconds", row.leftOut.map { .number($0) } ?? .missing),
                Field("assumed", .text(row.assumed.joined(separator: "; "))),
            ]
        }
    }

    /// Moved numbers as records.
    var moveRecords: [[Field]] {
        anchor.moves.map { move in
            [
                Field("number", .text(move.name)), Field("of", .text(move.scope)),
                Field("before", .number(move.before)), Field("after", .number(move.after)),
            ]
        }
    }

    // MARK: Page

    /// The section as a part of a page.
    var node: HTMLNode {
        func table(_ label: String, _ rows: TextTable) -> HTMLNode {
            PageParts.table(
                label, rows.columns.map { PageParts.Column(name: $0.title, alignment: $0.alignment) },
                rows.rows)
        }
        var parts = [HTMLNode.words(.p, "\(headline); \(errors)."), table("Measured steps", rowTable)]
        parts.append(
            anchor.moves.isEmpty ? .words(.p, "\(Self.still).") : table("Numbers that moved", moveTable))
        if !remarks.isEmpty { parts.append(.element(.ul, [:], remarks.map { .words(.li, $0) })) }
        return PageParts.section("Anchored to measured steps", parts)
    }

    // MARK: Words

    private static func rows(_ count: Int) -> String {
        count == 1 ? "1 row" : "\(Readable.count(count)) rows"
    }

    private static func name(_ row: AnchorReport.Row) -> String {
        let first = row.ids.first ?? ""
        return row.ids.count > 1 ? "\(first) and \(row.ids.count - 1) more" : first
    }

    private static func listed(_ words: [String]) -> String {
        words.prefix(mostListed).joined(separator: ", ")
            + (words.count > mostListed ? " and \(words.count - mostListed) more" : "")
    }

    /// A change, or a multiple where it is more than tenfold.
    private static func signed(_ share: Double) -> String {
        guard share < 9 else { return "× \(Readable.significant(share + 1))" }
        return (share < 0 ? "−" : "+") + Readable.percent(abs(share))
    }

    /// An error, or a multiple where the prediction is more than tenfold.
    private static func size(_ share: Double) -> String {
        share < 9 ? Readable.percent(share) : "× \(Readable.significant(share + 1))"
    }
}
