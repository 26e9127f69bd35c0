import Glibc

/// Lines on standard error, whole and unbuffered.
enum StandardError {
    static func write(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, base, rest.count)
                if count < 0, errno == EINTR { continue }
                // What cannot be written has nowhere to say so.
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
