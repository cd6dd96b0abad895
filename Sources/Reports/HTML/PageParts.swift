import Charts

/// What pages are put together from.
enum PageParts {
    /// A key figure with the words that explain it.
    struct Key: Sendable, Hashable {
        let name: String
        let value: String
        var note = ""
    }

    /// A column of a table.
    struct Column: Sendable, Hashable {
        let name: String
        let alignment: TextTable.Alignment
    }

    /// How tall a table may grow.
    enum Height: Sendable, Hashable {
        /// As its rows need.
        case whole
        /// It scrolls inside itself beyond three quarters of the screen.
        case limited
    }

    /// Key figures side by side.
    static func keys(_ keys: [Key]) -> HTMLNode {
        .element(
            .dl, [.classes: "keys"],
            keys.map { key in
                let words = key.note.replacing(" %", with: "\u{00A0}%")
                let note = words.isEmpty ? [] : [HTMLNode.words(.span, words)]
                return .element(
                    .div, [:],
                    [.words(.dt, key.name), .element(.dd, [:], [.text(key.value)] + note)])
            })
    }

    /// A figure drawn twice, for narrow and for wide pages; the style shows one of them.
    static func figure(_ name: String, _ chart: any Chart) -> HTMLNode {
        let narrow = chart.svg(on: Canvas(identifier: "\(name)-narrow", width: PageStyle.narrowCanvas))
        let wide = chart.svg(on: Canvas(identifier: "\(name)-wide", width: PageStyle.wideCanvas))
        return .element(
            .figure, [.id: name],
            [
                .element(.div, [.classes: "narrow"], [.markup(narrow)]),
                .element(.div, [.classes: "wide"], [.markup(wide)]),
            ])
    }

    /// A table that scrolls sideways inside itself where it is wider than the page.
    static func table(
        _ label: String, _ columns: [Column], _ rows: [[String]], height: Height = .whole
    ) -> HTMLNode {
        func classes(_ column: Int) -> [HTMLNode.Attribute: String] {
            columns.indices.contains(column) && columns[column].alignment == .right
                ? [.classes: "number"] : [:]
        }
        let head = columns.indices.map { index in
            HTMLNode.words(
                .th, columns[index].name, classes(index).merging([.scope: "col"]) { first, _ in first })
        }
        let body = rows.map { row in
            HTMLNode.element(.tr, [:], row.indices.map { .words(.td, row[$0], classes($0)) })
        }
        let table = HTMLNode.element(
            .table, [:],
            [.element(.thead, [:], [.element(.tr, [:], head)]), .element(.tbody, [:], body)])
        return scroll(label, table, height)
    }

    /// A table of names and values.
    static func pairs(_ label: String, _ rows: [(name: String, value: String)]) -> HTMLNode {
        let body = rows.map { row in
            HTMLNode.element(
                .tr, [:], [.words(.th, row.name, [.scope: "row"]), .words(.td, row.value)])
        }
        return scroll(
            label, .element(.table, [.classes: "pairs"], [.element(.tbody, [:], body)]), .whole)
    }

    private static func scroll(_ label: String, _ table: HTMLNode, _ height: Height) -> HTMLNode {
        // A region that scrolls must be reachable by keyboard.
        .element(
            .div,
            [
                .classes: height == .limited ? "scroll tall" : "scroll", .label: label, .role: "region",
                .tabindex: "0",
            ], [table])
    }

    /// A section with its heading.
    static func section(_ title: String, _ content: [HTMLNode]) -> HTMLNode {
        .element(.section, [:], [.words(.h2, title)] + content)
    }
}
