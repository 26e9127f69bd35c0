import Glibc

/// Recordings and faxes are nobody's business but the operators'.
private let folderMode: mode_t = 0o750

/// Makes the folders that the file of this absolute path is to lie in. What cannot be made shows when the file is
/// opened.
func makeFolders(of path: String) {
    guard !path.isEmpty else { return }
    var end = path.startIndex
    while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
        mkdir(String(path[..<slash]), folderMode)
        end = slash
    }
}
