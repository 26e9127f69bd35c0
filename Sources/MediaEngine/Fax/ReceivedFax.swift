import Glibc

/// The file of a fax that is being received: its folder before, and what becomes of it after. What goes wrong here
/// shows in what is there in the end: the terminal says that its file cannot be written.
struct ReceivedFax {
    /// Larger files stay TIFF: some hundred dense pages.
    private static let bytesMax = 64 << 20
    private static let fileMode: mode_t = 0o640

    /// Of the TIFF file, absolute.
    let path: String

    /// Makes a PDF of the pages beside the TIFF file, or takes away a file without pages. Returns what there is to
    /// read.
    func finish(pages: Int) -> String? {
        guard pages > 0 else {
            unlink(path)
            return nil
        }
        chmod(path, Self.fileMode)
        let stem = path.hasSuffix(".tif") ? String(path.dropLast(4)) : path
        let name = stem.split(separator: "/").last.map(String.init) ?? ""
        guard let tiff = read(), let document = try? FaxDocument(tiff: tiff), document.pageCount > 0,
            write(document.pdf(title: "Fax \(name)"), to: stem + ".pdf")
        else { return path }
        return stem + ".pdf"
    }

    private func read() -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0, status.st_size <= Self.bytesMax else { return nil }
        let count = Int(status.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let more = Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
                guard more > 0 else { return }
                done += more
            }
        }
        return bytes.count == count ? bytes : nil
    }

    /// Under another name first: who looks finds the whole file or none.
    private func write(_ bytes: [UInt8], to target: String) -> Bool {
        let draft = target + ".part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, Self.fileMode)
        guard descriptor >= 0 else { return false }
        var done = 0
        while done < bytes.count {
            let more = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard more > 0 else { break }
            done += more
        }
        guard close(descriptor) == 0, done == bytes.count, rename(draft, target) == 0 else {
            unlink(draft)
            return false
        }
        return true
    }
}
