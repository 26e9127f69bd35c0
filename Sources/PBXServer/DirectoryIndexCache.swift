import PBXModel
import Synchronization

/// The directory made ready for searches, once for every configuration.
final class DirectoryIndexCache: Sendable {
    private struct Made {
        var directory: Directory
        var index: DirectoryIndex
    }

    private let made = Mutex<Made?>(nil)

    func index(of directory: Directory) -> DirectoryIndex {
        if let known = made.withLock({ $0 }), known.directory === directory { return known.index }
        let index = DirectoryIndex(directory.entries)
        made.withLock { $0 = Made(directory: directory, index: index) }
        return index
    }
}

extension Daemon {
    func directoryIndex() async -> DirectoryIndex { directoryIndexes.index(of: await exchange.directory) }
}
