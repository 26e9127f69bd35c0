import PBXBase
import PBXModel

/// A value and the place that set it.
struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
    var value: Value
    var origin: ConfigOrigin

    init(_ value: Value, at origin: ConfigOrigin = .builtIn) {
        self.value = value
        self.origin = origin
    }
}

extension ConfigOrigin {
    /// The origin of defaults.
    static let builtIn = ConfigOrigin(file: "default", line: 0)
}

/// The configuration while it is being read: every setting of the catalogue writes into one property of this, and what
/// it holds when fresh are the defaults.
struct ConfigurationDraft: Sendable {
    var domain: String?
    var realm: String?
    var domains: [Located<String>] = []
    var drainSecondsMax = 10

    var listeners = [
        Located(ListenAddress(.udp, Endpoint(.ipv4Any, port: 5060))),
        Located(ListenAddress(.tcp, Endpoint(.ipv4Any, port: 5060))),
        Located(ListenAddress(.udp, Endpoint(.ipv6Any, port: 5060))),
        Located(ListenAddress(.tcp, Endpoint(.ipv6Any, port: 5060))),
    ]
    var sip = SIPSettings()
    var media = MediaSettings()
    var mediaAddresses = [Located(IPAddress.ipv4Any), Located(IPAddress.ipv6Any)]
    var advertisedAddresses: [Located<IPAddress>] = []
    var codecs = MediaSettings().codecs.map { Located($0) }
    var holdMusic: [Located<String>] = []
    var limits = Limits()
    var parking = ParkingLot()
    var parkingSlots: [Located<String>] = []

    var control = ControlSettings()
    var admins = ControlSettings().admin.map { Located($0) }
    var supervisors: [Located<UnixPrincipal>] = []
    var agents: [Located<UnixPrincipal>] = []
    var users: [Located<UnixPrincipal>] = []
    var log = LogSettings()
    var store = StoreSettings()

    /// The extension, ring group, conference, fax box or contact whose table is being read.
    var openExtension = ExtensionDraft()
    var openRingGroup = RingGroupDraft()
    var openConference = ConferenceRoom(number: "", displayName: "", origin: .builtIn)
    var openFaxBox = FaxBox(number: "", displayName: "", origin: .builtIn)
    var openContact = Contact(number: "", name: "", origin: .builtIn)
    var extensions: [ExtensionDraft] = []
    var ringGroups: [RingGroupDraft] = []
    var conferences: [ConferenceRoom] = []
    var faxBoxes: [FaxBox] = []
    var contacts: [Contact] = []

    /// Where each setting that a file holds was set, by full name.
    var origins: [String: ConfigOrigin] = [:]

    var mediaPorts: PortRange {
        get { PortRange(low: media.portLow, high: media.portHigh) }
        set {
            media.portLow = newValue.low
            media.portHigh = newValue.high
        }
    }
}

/// An extension before its password is hashed.
struct ExtensionDraft: Sendable {
    var value = Extension(
        number: "", displayName: "", secret: DigestSecret(md5: "", sha256: ""), origin: .builtIn)
    var password: String?
    var digestMD5: String?
    var digestSHA256: String?
}

/// A ring group whose members are still to be checked.
struct RingGroupDraft: Sendable {
    var value = RingGroup(number: "", displayName: "", members: [], origin: .builtIn)
    var members: [Located<String>] = []
}

/// UDP ports, both ends included: `16384-32767`.
struct PortRange: Hashable, Sendable {
    var low: UInt16
    var high: UInt16
}
