/// G.711 packets whose bytes are exchanged one by one for those of the other law on their way: what is between a phone
/// of each law costs no more than a packet that is passed on, and leaves modems and faxes their rhythm.
package enum LawChange: Hashable, Sendable {
    case muToA
    case aToMu
}
