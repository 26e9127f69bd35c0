import CSpanDSP

/// The part of spandsp that codes IFP packets, of whoever owns it: a fax or a gateway.
@safe struct T38Core {
    private let state: OpaquePointer

    /// - Parameter state: a `t38_core_state_t`, which must outlive this.
    @unsafe init(_ state: OpaquePointer) { unsafe self.state = state }

    /// Before anything is sent or received.
    func apply(_ settings: T38Settings) {
        let version = min(max(0, settings.version), T38Settings.versionMax)
        unsafe t38_set_t38_version(state, Int32(clamping: version))
        unsafe t38_set_data_transport_protocol(state, Int32(clamping: T38_TRANSPORT_UDPTL.rawValue))
        unsafe t38_set_data_rate_management_method(
            state, Int32(clamping: T38_DATA_RATE_MANAGEMENT_TRANSFERRED_TCF.rawValue))
        unsafe t38_set_fill_bit_removal(state, settings.isFillRemoved ? 1 : 0)
        unsafe t38_set_max_datagram_size(state, Int32(clamping: settings.datagramBytesMax))
        unsafe t38_set_max_buffer_size(state, Int32(clamping: settings.bufferBytesMax))
        unsafe t38_set_sequence_number_handling(state, 1)
    }

    /// Takes a packet of the network; false when it is none.
    func receive(_ packet: Span<UInt8>, sequence: UInt16) -> Bool {
        guard !packet.isEmpty, packet.count <= T38Settings.receivedPacketBytesMax else { return false }
        let result = unsafe packet.withUnsafeBufferPointer { bytes in
            unsafe t38_core_rx_ifp_packet(state, bytes.baseAddress, Int32(clamping: bytes.count), sequence)
        }
        return result == 0
    }
}
