/// A number that answers as a fax machine: what it receives becomes files, what is sent goes out in its name.
package struct FaxBox: Hashable, Sendable {
    package var number: String
    package var displayName: String
    /// What other machines show of it; at most 20 characters of a number as people write it.
    package var stationIdentity: String
    /// Where what it receives lies; made when the first fax comes.
    package var folder: String
    package var origin: ConfigOrigin

    package init(
        number: String, displayName: String, stationIdentity: String? = nil, folder: String = "",
        origin: ConfigOrigin
    ) {
        self.number = number
        self.displayName = displayName
        self.stationIdentity = stationIdentity ?? number
        self.folder = folder
        self.origin = origin
    }
}
