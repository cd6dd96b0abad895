import Files
import Foundation
import Testing

@Suite struct TextFileTests {
    /// A folder of its own, removed afterwards.
    static func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    static func reason(_ path: String, _ kind: TextFile.Kind = .document) -> String {
        do {
            _ = try TextFile.read(path, kind)
            return "read"
        } catch { return error.reason }
    }

    @Test(
        "Pipes, devices and folders are refused at once, and so is what is not there", .timeLimit(.minutes(1))
    )
    func notRegular() throws {
        try Self.inFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, "/dev/zero", "/dev/null", folder.path] {
                #expect(Self.reason(path).contains("no regular file"), "\(path)")
            }
            #expect(Self.reason(folder.path + "/none") == "there is no such file")
            #expect(Self.reason(pipe + "/below") == "there is no such file")
            #expect(Self.reason("a\u{0}b").contains("NUL"))
        }
    }

    @Test("A file over the bound is refused, one below it is read")
    func bound() throws {
        try Self.inFolder { folder in
            let file = folder.appendingPathComponent("long.yaml")
            try Data(repeating: UInt8(ascii: "x"), count: TextFile.Kind.document.mostBytes + 1).write(
                to: file)
            #expect(Self.reason(file.path).contains("longer than the 4 MiB"))
            #expect(Self.reason(file.path, .table) == "read")
        }
    }

    @Test("Bytes that are no text and characters that a terminal obeys are refused with their line")
    func text() throws {
        try Self.inFolder { folder in
            let file = folder.appendingPathComponent("file")
            try Data([0xFF, 0xFE]).write(to: file)
            #expect(Self.reason(file.path).contains("UTF-8"))
            try Data("name: x\nnotes: \u{1B}[31m\n".utf8).write(to: file)
            #expect(Self.reason(file.path).contains(#"\u{1b}"#))
            try Data("a\tb\r\nµ ± 中\n".utf8).write(to: file)
            #expect(try TextFile.read(file.path) == "a\tb\r\nµ ± 中\n")
        }
    }
}
