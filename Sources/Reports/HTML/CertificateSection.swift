import Optimization
import Quantities
import ScalingModel

/// What was asked and what was proved, as sections of a page.
enum CertificateSection {
    /// The certificate of one answer: a sentence, and where every plan of the space went.
    static func node(_ certificate: Certificate) -> HTMLNode {
        let account = certificate.account
        var rows: [[String]] = [["priced", Readable.count(account.evaluated)]]
        rows += account.pruned.sorted { $0.key < $1.key }.map {
            ["discarded by \($0.key.replacing("_", with: " "))", Readable.count($0.value)]
        }
        rows += [["not looked at", Readable.count(account.open)]]
        rows += [["all plans of the space", Readable.count(account.spaceSize)]]
        return PageParts.section(
            "Certificate",
            [
                .words(.p, certificate.text),
                PageParts.table(
                    "Where every plan of the space went",
                    [
                        PageParts.Column(name: "plans", alignment: .left),
                        PageParts.Column(name: "count", alignment: .right),
                    ], rows),
            ])
    }

    /// All inputs, base units, each by its path.
    static func inputs(_ value: JSONValue) -> HTMLNode {
        PageParts.section(
            "Inputs",
            [
                .words(
                    .p,
                    "Everything that decides the answer, in seconds, bytes and FLOP. Digest "
                        + Digest.of(value.text(.line)) + ".", [.classes: "muted"]),
                PageParts.pairs("Inputs", leaves(value, path: [])),
            ])
    }

    /// Every value of a document with its path; names in order.
    static func leaves(_ value: JSONValue, path: [String]) -> [(name: String, value: String)] {
        switch value {
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path: path + [$0.key]) }
        case .array(let items):
            return items.enumerated().flatMap { leaves($0.element, path: path + ["\($0.offset)"]) }
        case .text(let text): return [(path.joined(separator: "."), text)]
        case .flag(let flag): return [(path.joined(separator: "."), flag ? "yes" : "no")]
        case .null: return [(path.joined(separator: "."), "–")]
        case .number, .integer: return [(path.joined(separator: "."), value.text(.line))]
        }
    }
}
