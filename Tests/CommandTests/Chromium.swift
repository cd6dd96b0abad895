import Foundation
import TestSupport

/// The browser of the machine, if it has one, without a window.
struct Chromium {
    /// Where it lies; nil where it is not installed.
    static let path: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// What one page shows at one width.
    struct View: Codable, Equatable {
        var width: Int
        /// Pixels that the page is wider than its window.
        var overflow: Int
        /// Things the page fetched.
        var resources: [String]
        /// Texts of figures that another text covers.
        var overlaps: [String]
        /// Texts that reach beyond their figure, or elements beyond the window.
        var cut: [String]
        /// Texts of figures that are shown.
        var texts: Int
    }

    /// What a visit found.
    struct Visit {
        let views: [View]
        /// Lines that pages wrote on the console, errors and warnings among them.
        let console: [String]
    }

    /// Opens a page at several widths.
    /// - Parameters:
    ///   - page: a file; a page beside it shows it in frames, since windows have a least width.
    ///   - widths: in pixels.
    /// - Returns: what was seen; no views if the browser did not answer.
    /// - Throws: when a file cannot be written or the browser not started.
    static func visit(_ page: URL, widths: [Int]) throws -> Visit {
        guard let path else { return Visit(views: [], console: []) }
        let folder = page.deletingLastPathComponent()
        let frame = folder.appendingPathComponent("frame.html")
        try Data(Self.frame(page.lastPathComponent, widths).utf8).write(to: frame)
        let output = folder.appendingPathComponent("dom.txt")
        let errors = folder.appendingPathComponent("log.txt")
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = [
            "120", path, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
            "--user-data-dir=\(folder.appendingPathComponent("profile").path)", "--no-first-run",
            "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr", "--virtual-time-budget=20000", "--window-size=1600,1000", "--dump-dom",
            frame.absoluteString,
        ]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        let log = try String(contentsOf: errors, encoding: .utf8)
        let console = log.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
        guard let start = text.range(of: "RESULT["), let end = text.range(of: "]END") else {
            return Visit(views: [], console: console)
        }
        let json =
            "["
            + text[start.upperBound..<end.lowerBound].replacing("&amp;", with: "&")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">") + "]"
        return Visit(views: try JSONDecoder().decode([View].self, from: Data(json.utf8)), console: console)
    }

    private static func frame(_ page: String, _ widths: [Int]) -> String {
        let frames = widths.map {
            "<iframe src=\"\(page)\" style=\"width:\($0)px;height:900px;border:0\"></iframe>"
        }
        return """
            <!DOCTYPE html><meta charset="utf-8"><body>\(frames.joined())<pre id="result"></pre><script>
            function look(frame) {
              const view = frame.contentDocument, root = view.documentElement, width = frame.clientWidth;
              const overlaps = [], cut = []; let texts = 0;
              for (const svg of view.querySelectorAll('svg')) {
                const box = svg.getBoundingClientRect();
                if (box.width === 0) continue;
                const labels = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
                texts += labels.length;
                labels.forEach(([words, a], index) => {
                  if (a.left < box.left - 1 || a.right > box.right + 1 || a.bottom > box.bottom + 1) cut.push(words);
                  for (const [other, b] of labels.slice(index + 1)) {
                    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                    if (across > 1 && down > a.height * 0.4) overlaps.push(words + ' | ' + other);
                  }
                });
              }
              for (const element of view.querySelectorAll('main *')) {
                if (element.closest('.scroll') && !element.matches('.scroll')) continue;
                if (element.getBoundingClientRect().right > width + 1) cut.push(element.tagName);
              }
              return {width, overflow: root.scrollWidth - root.clientWidth, overlaps, cut, texts,
                resources: frame.contentWindow.performance.getEntriesByType('resource').map(e => e.name)};
            }
            onload = () => { document.getElementById('result').textContent =
              'RESULT' + JSON.stringify([...document.querySelectorAll('iframe')].map(look)) + 'END'; };
            </script>
            """
    }
}
