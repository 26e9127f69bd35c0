import Glibc
import PBXConfig

extension FactoryMedia {
    private static let installedFolder = "/usr/share/pbx-x"
    /// Folders above the program in which a tree of its own is looked for: `.build/x86_64…/debug/pbxd`.
    private static let parentsMax = 5

    /// What is there: beside the sources for a program built in its tree, else where the package puts it.
    static var installed: FactoryMedia {
        guard let share = shareFolder else { return FactoryMedia() }
        let music = share + "/music/hold.wav"
        return FactoryMedia(promptFolder: share + "/prompts", holdMusic: exists(music) ? [music] : [])
    }

    private static var shareFolder: String? {
        var folder = programPath
        for _ in 0..<parentsMax {
            guard let slash = folder.lastIndex(of: "/") else { break }
            folder = String(folder[..<slash])
            if exists(folder + "/share/prompts/en"), exists(folder + "/Package.swift") { return folder + "/share" }
        }
        return exists(installedFolder + "/prompts/en") ? installedFolder : nil
    }

    private static var programPath: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
