import Glibc

/// What the kernel says about this process, from /proc.
package enum ProcessFigures {
    /// CPU time of the thread with this name, in nanoseconds; nil when there is none.
    package static func cpuNanoseconds(ofThread name: String) -> Int? {
        guard let directory = opendir("/proc/self/task") else { return nil }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let task = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard content(of: "/proc/self/task/\(task)/comm") == name + "\n" else { continue }
            return content(of: "/proc/self/task/\(task)/schedstat").split(separator: " ").first.flatMap { Int($0) }
        }
        return nil
    }

    /// Resident memory in bytes.
    package static var residentBytes: Int {
        let fields = content(of: "/proc/self/statm").split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }

    private static func content(of path: String) -> String {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
