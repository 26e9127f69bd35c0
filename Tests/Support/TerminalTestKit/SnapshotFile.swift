import Foundation
package import TerminalUI

/// Screens kept beside the tests that draw them: `Snapshots/<name>.<width>x<height>.txt`. With `PBX_X_RECORD=1` in the
/// environment they are written anew, and their difference is reviewed like code.
package enum SnapshotFile {
    /// nil when `canvas` looks as kept; else what differs and what to do.
    package static func mismatch(
        _ canvas: Canvas, named name: String, testFile: String = #filePath
    ) -> String? {
        let size = canvas.buffer.size
        return mismatch(
            ScreenSnapshot.text(of: canvas.buffer, cursor: canvas.cursor),
            named: "\(name).\(size.width)x\(size.height)", testFile: testFile)
    }

    /// The same for text that is no screen, such as the lines of linear mode.
    package static func mismatch(_ text: String, named name: String, testFile: String = #filePath) -> String? {
        let folder = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Snapshots")
        let file = folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["PBX_X_RECORD"] != nil {
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            } catch {
                return "cannot write \(file.path): \(error)"
            }
        }
        guard let data = try? Data(contentsOf: file) else {
            return "no snapshot \(name) (record it with PBX_X_RECORD=1):\n\(text)"
        }
        let kept = String(decoding: data, as: UTF8.self)
        return kept == text ? nil : "\(name) differs (PBX_X_RECORD=1 records it anew)\n\(difference(kept, text))"
    }

    /// Rows that differ, the kept one marked `-` and the drawn one `+`.
    private static func difference(_ kept: String, _ drawn: String) -> String {
        let old = kept.components(separatedBy: "\n")
        let new = drawn.components(separatedBy: "\n")
        var lines: [String] = []
        for index in 0..<max(old.count, new.count) {
            let before = index < old.count ? old[index] : nil
            let after = index < new.count ? new[index] : nil
            guard before != after else { continue }
            if let before { lines.append("\(index + 1) - \(before)") }
            if let after { lines.append("\(index + 1) + \(after)") }
        }
        return lines.joined(separator: "\n")
    }
}
