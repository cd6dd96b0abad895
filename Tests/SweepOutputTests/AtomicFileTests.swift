import Foundation
import Output
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("A file appears whole, replaces an older one, and leaves nothing beside it")
    func whole() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("plan.json")
        for contents in [String(repeating: "long ", count: 100_000), "short", ""] {
            try AtomicFile.write(contents, to: file)
            #expect(try text(folder, "plan.json") == contents)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["plan.json"])
    }

    @Test("Links in the place of the file or of its partial file are not followed")
    func links() throws {
        let folder = try TemporaryFolder()
        let manager = FileManager.default
        try Data("mine".utf8).write(to: folder.url.appendingPathComponent("victim"))
        for name in ["plan.json", "plan.json.partial"] {
            try manager.createSymbolicLink(
                atPath: folder.path(name), withDestinationPath: folder.path("victim"))
        }
        try AtomicFile.write("new", to: folder.url.appendingPathComponent("plan.json"))
        #expect(try text(folder, "victim") == "mine")
        #expect(try text(folder, "plan.json") == "new")
        // Another name of the same file is no better.
        try manager.linkItem(atPath: folder.path("victim"), toPath: folder.path("plan.json.partial"))
        try AtomicFile.write("newer", to: folder.url.appendingPathComponent("plan.json"))
        #expect(try text(folder, "victim") == "mine")
        #expect(try manager.contentsOfDirectory(atPath: folder.url.path).sorted() == ["plan.json", "victim"])
    }

    @Test("What a killed run left behind is taken away by the next")
    func leftovers() throws {
        let folder = try TemporaryFolder()
        try Data("half of a much longer".utf8).write(to: folder.url.appendingPathComponent("a.csv.partial"))
        try AtomicFile.write("all", to: folder.url.appendingPathComponent("a.csv"))
        #expect(try text(folder, "a.csv") == "all")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.csv"])
    }

    @Test("Folders and devices are not written over")
    func noFile() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("a.csv"), withIntermediateDirectories: false)
        for file in [folder.url.appendingPathComponent("a.csv"), URL(fileURLWithPath: "/dev/null")] {
            let error = #expect(throws: OutputError.self) { try AtomicFile.write("x", to: file) }
            #expect("\(try #require(error))".contains("no regular file"))
        }
        #expect(throws: OutputError.self) {
            try AtomicFile.write("x", to: folder.url.appendingPathComponent("nowhere/a.csv"))
        }
    }

    @Test("A name in a folder is no path out of it", arguments: ["../a", "a/b", "/etc/a", "", ".", ".."])
    func names(name: String) throws {
        let folder = try TemporaryFolder()
        let inner = try OutputFolder(making: folder.url.appendingPathComponent("inner"))
        #expect(throws: OutputError.self) { try inner.write(name, "x") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["inner"])
    }
}
