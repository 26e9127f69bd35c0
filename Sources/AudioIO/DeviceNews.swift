/// What the user is told of a sound device.
package enum DeviceNews: Hashable, Sendable {
    /// It cannot be used (any more), and is tried again meanwhile.
    case lost(AudioProblem)
    /// It was lost, and works again.
    case returned(device: String, isCapture: Bool)
}
