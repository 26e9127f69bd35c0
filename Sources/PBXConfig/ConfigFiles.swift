import Glibc
import PBXModel

/// One configuration file as read, before it is parsed.
struct ConfigText: Sendable {
    /// As findings name it.
    var file: String
    var bytes: [UInt8]
    /// Any user of the machine may read it.
    var isWorldReadable = false
}

/// Finds and reads `pbx.toml` and the `conf.d/*.toml` beside it.
struct ConfigFiles {
    private(set) var texts: [ConfigText] = []
    private(set) var findings: [ConfigFinding] = []
    /// The first file, read or not.
    let mainFile: String

    static let fileBytesMax = 4 << 20
    static let filesMax = 1_000

    /// `path` is the main file or the folder that it stands in.
    init(path: String) {
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        mainFile = isFolder ? Self.join(path, "pbx.toml") : path
        read(mainFile)
        let folder = mainFile.lastIndex(of: "/").map { String(mainFile[...$0]) } ?? ""
        readFolder(folder + "conf.d")
    }

    private mutating func readFolder(_ folder: String) {
        guard let listing = opendir(folder) else {
            // A folder that is not there adds nothing.
            if errno != ENOENT { report(folder, "cannot be listed: \(Self.reason(errno))") }
            return
        }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".toml"), !name.hasPrefix(".") { names.append(name) }
            guard names.count <= Self.filesMax else {
                report(folder, "holds more than \(Self.filesMax) files (merge some)")
                return
            }
        }
        names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names { read(Self.join(folder, name)) }
    }

    private mutating func read(_ file: String) {
        // Non-blocking, so that a pipe put here does not hold up the start.
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            var hint = ""
            if code == EACCES { hint = " (give the daemon's user the right to read it)" }
            if code == ENOENT { hint = " (name another with --config, or try --demo)" }
            return report(file, "cannot be read: \(Self.reason(code))\(hint)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return report(file, "cannot be read: \(Self.reason(errno))") }
        guard status.st_mode & S_IFMT == S_IFREG else { return report(file, "is not a file") }
        guard status.st_size <= Self.fileBytesMax else {
            return report(file, "is longer than \(Self.fileBytesMax) bytes (split it into several in conf.d)")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= Self.fileBytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return report(file, "cannot be read: \(Self.reason(errno))") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        texts.append(
            ConfigText(file: file, bytes: bytes, isWorldReadable: status.st_mode & S_IROTH != 0))
    }

    private mutating func report(_ file: String, _ message: String) {
        findings.append(ConfigFinding(.error, ConfigOrigin(file: file, line: 0), message))
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    private static func reason(_ code: CInt) -> String {
        switch code {
        case ENOENT: "no such file"
        case EACCES: "permission denied"
        case ENOTDIR: "not a folder"
        default: String(cString: strerror(code)).lowercased()
        }
    }
}
