/// Why a real peer or the daemon did not do what a test waited for, with the last lines that it said.
package struct PeerFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ attempt: String, output: String = "") {
        let tail = output.split(separator: "\n").suffix(40).joined(separator: "\n")
        description = tail.isEmpty ? attempt : "\(attempt); it said last:\n\(tail)"
    }
}
