import Foundation

/// A page that needs nothing but itself: style, figures and data are inside, and nothing is fetched.
struct ReportPage: Sendable, Hashable {
    /// What the page is about, its heading.
    let title: String
    /// One line below the heading.
    let subtitle: String
    /// The sections, in order.
    let sections: [HTMLNode]
    /// The answer as JSON, kept in the page.
    let data: JSONValue
    /// Names of the files that are written beside the page.
    var files: [String] = []
    /// Of the tool.
    let version: String

    private static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

    /// Links to the files beside the page; none where there are none.
    private var links: [HTMLNode] {
        if files.isEmpty { return [] }
        let items = files.map { name in
            let path = name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? name
            return HTMLNode.element(.li, [:], [.words(.a, name, [.href: path])])
        }
        return [PageParts.section("Files beside this page", [.element(.ul, [.classes: "files"], items)])]
    }

    /// The page as HTML 5 text.
    var html: String {
        let head = HTMLNode.element(
            .head, [:],
            [
                .element(.meta, [.charset: "utf-8"], []),
                .element(
                    .meta, [.name: "viewport", .content: "width=device-width, initial-scale=1"], []),
                // The browser itself is told to fetch nothing and to run nothing.
                .markup("<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.policy)\">\n"),
                // Without an icon of its own a page makes browsers ask a server for one.
                .markup("<link rel=\"icon\" href=\"data:,\">\n"),
                .words(.title, title), .element(.style, [:], [.markup(PageStyle.css)]),
            ])
        let header = HTMLNode.element(
            .header, [:], [.words(.h1, title), .words(.p, subtitle, [.classes: "muted"])])
        let footer = HTMLNode.element(
            .footer, [:],
            [
                .text(
                    "Meshwright \(version). All data of this page are in it as JSON, in the element with the "
                        + "id data; numbers there are in seconds, bytes and FLOP.")
            ])
        let body = HTMLNode.element(
            .body, [:],
            [
                .element(.main, [:], [header] + sections + links + [footer]),
                HTMLNode.data(data.text(.line), name: "data"),
            ])
        return "<!DOCTYPE html>\n" + HTMLNode.element(.html, [.lang: "en"], [head, body]).html
    }
}
