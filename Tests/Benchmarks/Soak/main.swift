import Foundation

do {
    let run = try SoakRun(SoakOptions(Array(CommandLine.arguments.dropFirst())))
    exit(try await run.run() ? 0 : 1)
} catch {
    complain("\(error)")
    exit(1)
}
