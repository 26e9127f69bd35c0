/// Sound that comes with the programs.
package struct FactoryMedia: Hashable, Sendable {
    /// Spoken words, a folder per language; nil when they are not installed.
    package var promptFolder: String?
    /// What callers on hold hear unless the configuration says otherwise.
    package var holdMusic: [String]

    package init(promptFolder: String? = nil, holdMusic: [String] = []) {
        self.promptFolder = promptFolder
        self.holdMusic = holdMusic
    }
}
