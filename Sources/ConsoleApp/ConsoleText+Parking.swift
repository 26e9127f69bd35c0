import TerminalUI

/// Texts of parked calls.
extension ConsoleText {
    static func parkRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .parked: ("Parked", "Geparkt")
        case .slot: ("Slot", "Parkplatz")
        case .parkedBy: ("Parked by", "Geparkt von")
        case .noParked: ("no call is parked", "kein Gespräch ist geparkt")
        case .noSlots: ("this server has no parking slots", "dieser Server hat keine Parkplätze")
        case .isFetched: ("rings {0}", "klingelt bei {0}")
        case .fetch: ("fetch", "holen")
        case .fetchHelp:
            ("Fetch the parked call to your own phone", "Das geparkte Gespräch auf das eigene Telefon holen")
        case .parkHere: ("park here", "hier parken")
        case .parkHereHelp:
            ("Park the call chosen on the switchboard in this slot", "Das gewählte Gespräch auf diesem Platz parken")
        case .chooseSlot:
            ("{0}: say which slot (fetch SLOT), or choose it", "{0}: den Parkplatz nennen (fetch PLATZ) oder wählen")
        case .parkedLine: ("parked at {0}: {1}, by {2}, since {3}", "geparkt auf {0}: {1}, von {2}, seit {3} Uhr")
        case .slotFree: ("{0}: parked no more", "{0}: nicht mehr geparkt")
        default: nil
        }
    }
}
