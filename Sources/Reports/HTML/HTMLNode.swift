/// A piece of an HTML page as a value.
///
/// Words and attribute values are escaped when written, so that no input can break out of its place.
public indirect enum HTMLNode: Sendable, Hashable {
    /// An element with its attributes, in order, and its children.
    case element(Tag, [Attribute: String], [HTMLNode])
    /// Words.
    case text(String)
    /// Markup that is known to be well formed, such as the text of a figure.
    case markup(String)

    /// The elements that reports use.
    public enum Tag: String, Sendable, Hashable {
        case a, article, body, caption, code, dd, details, div, dl, dt, figure, footer, h1, h2, head, header
        case html, li, main, meta, nav, p, script, section, span, style, summary, table, tbody, td, th, thead
        case title, tr, ul

        /// Whether the element has neither children nor an end.
        var isVoid: Bool { self == .meta }
        /// Whether the element starts a line of its own.
        var isBlock: Bool {
            switch self {
            case .a, .code, .span, .td, .th: false
            default: true
            }
        }
    }

    /// The attributes that reports use.
    public enum Attribute: String, Sendable, Hashable, Comparable {
        case charset, classes = "class", content, href, id, lang, label = "aria-label", name, role, scope
        case tabindex, type

        /// By name.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The text of the element.
    public var html: String {
        switch self {
        case .text(let text): return Self.escaped(text)
        case .markup(let markup): return markup
        case .element(let tag, let attributes, let children):
            let words = attributes.sorted { $0.key < $1.key }
                .map { " \($0.key.rawValue)=\"\(Self.escaped($0.value))\"" }.joined()
            let end = tag.isBlock ? "\n" : ""
            if tag.isVoid { return "<\(tag.rawValue)\(words)>" + end }
            return "<\(tag.rawValue)\(words)>" + children.map(\.html).joined() + "</\(tag.rawValue)>" + end
        }
    }

    /// An element with words only.
    static func words(_ tag: Tag, _ text: String, _ attributes: [Attribute: String] = [:]) -> HTMLNode {
        .element(tag, attributes, [.text(text)])
    }

    /// Data for scripts of the reader's own, inside the page.
    /// - Parameters:
    ///   - json: a JSON document.
    ///   - name: id of the element.
    /// - Returns: a script element that no browser runs.
    static func data(_ json: String, name: String) -> HTMLNode {
        // Inside a script only its end and the start of a comment could be misread.
        let safe = json.replacing("<", with: "\\u003c")
        return .element(.script, [.id: name, .type: "application/json"], [.markup(safe)])
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
