import CSpanDSP

/// How fast a fax may send its pages: the modem, and with it every slower one, as T.30 negotiates them.
package enum FaxModem: Int, CaseIterable, Comparable, Sendable {
    /// Up to 4,800 bit/s; every fax has it.
    case v27ter
    /// Up to 9,600 bit/s.
    case v29
    /// Up to 14,400 bit/s.
    case v17

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The fastest modem that stays within `bitRate` bits a second, as `T38MaxBitRate` gives them.
    package init(bitRateMax: Int) {
        self = bitRateMax >= Self.v17.bitRateMax ? .v17 : bitRateMax >= Self.v29.bitRateMax ? .v29 : .v27ter
    }

    /// Bits a second.
    package var bitRateMax: Int {
        switch self {
        case .v27ter: 4_800
        case .v29: 9_600
        case .v17: 14_400
        }
    }

    /// This modem and all slower ones, as spandsp counts them.
    var mask: Int32 {
        var mask = T30_SUPPORT_V27TER
        if self >= .v29 { mask |= T30_SUPPORT_V29 }
        if self >= .v17 { mask |= T30_SUPPORT_V17 }
        return Int32(clamping: mask)
    }
}
