package import PBXBase

/// User name fragment and password of one side (RFC 8445 §5.3). Text made of it does not show the password.
package struct ICECredentials: Hashable, Sendable {
    /// 4 to 256 characters.
    package let usernameFragment: String
    /// 22 to 256 characters.
    package let password: String

    /// nil when a length or a character is not allowed (RFC 8839 §5.4).
    package init?(usernameFragment: String, password: String) {
        guard Self.isValid(usernameFragment, lengths: 4...256), Self.isValid(password, lengths: 22...256) else {
            return nil
        }
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// New credentials from `random`, which must be fit for secrets: 40 and 130 bits of it (RFC 8445 §5.3 asks for 24
    /// and 128).
    package init(from random: inout some RandomSource) {
        usernameFragment = random.token(symbols: 8)
        password = random.token(symbols: 26)
    }

    private static func isValid(_ text: String, lengths: ClosedRange<Int>) -> Bool {
        lengths.contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }
}

extension ICECredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(usernameFragment) (password secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// How a port takes part in ICE: always as the lite side, which answers the peer's checks and sends none
/// (RFC 8445 §2.5). Other `local` credentials are an ICE restart.
package struct ICEPlan: Hashable, Sendable {
    /// What our SDP named; the peer's checks prove that they know it.
    package var local: ICECredentials
    /// The peer's user name fragment, with which its checks end; nil while its SDP is not there yet.
    package var remoteUsernameFragment: String?

    package init(local: ICECredentials, remoteUsernameFragment: String? = nil) {
        self.local = local
        self.remoteUsernameFragment = remoteUsernameFragment
    }
}
