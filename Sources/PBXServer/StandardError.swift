import Glibc

/// Lines on standard error, whole and unbuffered.
enum StandardError {
    static func write(_ line: String) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = Glibc.write(STDERR_FILENO, Array(rest), rest.count)
            if count < 0, errno == EINTR { continue }
            // What cannot be written has nowhere to say so.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
