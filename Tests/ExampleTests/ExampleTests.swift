import Foundation
import TestSupport
import Testing

@Suite struct ExampleTests {
    @Test(
        "Each example prints what its folder says",
        arguments: [
            ("planning-script", "01-planning-script"), ("frontier-to-csv", "02-frontier-to-csv"),
            ("custom-machine", "03-custom-machine"), ("frontier-system", "05-frontier-system"),
            ("answers-kept", "06-answers-kept"),
        ])
    func output(program: String, folder: String) throws {
        let outcome = try BuiltProgram(program).run([])
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../examples/\(folder)/expected.txt").standardized
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test("A script that links the library without a solver links no GLPK")
    func withoutGLPK() throws {
        let linked = BuiltProgram(executable: URL(fileURLWithPath: "/usr/bin/ldd"))
        func libraries(_ program: String) throws -> String {
            try linked.run([BuiltProgram(program).path]).output
        }
        #expect(try libraries("meshwright").contains("libglpk"))
        for program in ["planning-script", "frontier-to-csv", "custom-machine", "answers-kept"] {
            let list = try libraries(program)
            #expect(list.contains("libc.so"))
            #expect(!list.contains("libglpk"), "\(program)")
        }
    }
}
