import CSpanDSP

/// Hears that a call is a fax: the tone of a calling fax, of an answering one, and the flags before its first frame.
/// Sound at 8,000 samples a second; it allocates nothing once it is made.
@safe package struct FaxToneDetector: ~Copyable {
    private let calling: OpaquePointer
    private let answering: OpaquePointer

    /// nil when there is no memory.
    package init?() {
        guard let calling = unsafe pbx_spandsp_cng_receiver_create() else { return nil }
        guard let answering = unsafe pbx_spandsp_ced_receiver_create() else {
            unsafe _ = modem_connect_tones_rx_free(calling)
            return nil
        }
        unsafe self.calling = calling
        unsafe self.answering = answering
    }

    deinit {
        unsafe _ = modem_connect_tones_rx_free(calling)
        unsafe _ = modem_connect_tones_rx_free(answering)
    }

    /// Listens on; returns what has been heard by now and was not returned before.
    package mutating func heard(_ samples: Span<Int16>) -> FaxEvent? {
        unsafe samples.withUnsafeBufferPointer { buffer in
            unsafe _ = modem_connect_tones_rx(calling, buffer.baseAddress, Int32(clamping: buffer.count))
            unsafe _ = modem_connect_tones_rx(answering, buffer.baseAddress, Int32(clamping: buffer.count))
        }
        if unsafe modem_connect_tones_rx_get(calling) == Int32(clamping: MODEM_CONNECT_TONES_FAX_CNG) {
            return .callingToneHeard
        }
        switch Int(unsafe modem_connect_tones_rx_get(answering)) {
        case MODEM_CONNECT_TONES_FAX_PREAMBLE: return .preambleHeard
        // Modems other than faxes answer with phase reversals or 15 Hz on the tone; faxes of today do, too.
        case MODEM_CONNECT_TONES_ANS, MODEM_CONNECT_TONES_ANS_PR, MODEM_CONNECT_TONES_ANSAM,
            MODEM_CONNECT_TONES_ANSAM_PR:
            return .answerToneHeard
        default: return nil
        }
    }
}
