package import PBXBase

/// Master key and salt of one direction (RFC 3711 §3.2.1). Text made of it, as in a log, never shows them.
package struct SRTPKeys: Hashable, Sendable {
    package let profile: SRTPProfile
    package let masterKey: [UInt8]
    package let masterSalt: [UInt8]

    /// nil when a length is not the profile's.
    package init?(profile: SRTPProfile, masterKey: [UInt8], masterSalt: [UInt8]) {
        guard masterKey.count == profile.masterKeyBytes, masterSalt.count == profile.masterSaltBytes else { return nil }
        self.profile = profile
        self.masterKey = masterKey
        self.masterSalt = masterSalt
    }

    /// From key and salt in one piece, as `a=crypto` carries them after base64 is undone (RFC 4568 §6.1).
    package init?(profile: SRTPProfile, keyAndSalt: some Collection<UInt8>) {
        self.init(
            profile: profile, masterKey: Array(keyAndSalt.prefix(profile.masterKeyBytes)),
            masterSalt: Array(keyAndSalt.dropFirst(profile.masterKeyBytes)))
    }

    /// New keys from `random`, which must be fit for secrets.
    package init(profile: SRTPProfile, from random: inout some RandomSource) {
        self.profile = profile
        masterKey = (0..<profile.masterKeyBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        masterSalt = (0..<profile.masterSaltBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// What `a=crypto` carries in base64 after `inline:`.
    package var keyAndSalt: [UInt8] { masterKey + masterSalt }
}

extension SRTPKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(profile.suiteName) keys (secret)" }
    package var debugDescription: String { description }
    /// Without children: dumps and test failures walk the mirror.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
