import Glibc

/// The environment of this process, read once at the start.
enum ProcessEnvironment {
    static var all: [String: String] {
        var result: [String: String] = [:]
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let pair = entry.pointee {
            let text = String(cString: pair)
            if let separator = text.firstIndex(of: "=") {
                result[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            entry += 1
        }
        return result
    }
}
