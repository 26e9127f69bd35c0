/// What one peer may make us hold or scan; exceeding any of them is a syntax error, never growth.
package enum SIPLimits {
    /// Start line and header fields together, in bytes. RFC 4475's longest valid request needs 3,515.
    package static let headerBytesMax = 32_768
    /// One header line with its continuation lines, in bytes.
    package static let headerLineBytesMax = 8_192
    /// Header lines in one message.
    package static let headerFieldsMax = 256
    /// Body of one message, in bytes.
    package static let bodyBytesMax = 65_536
    /// Values in one comma-separated header list (Contact, Route, ...).
    package static let listValuesMax = 64
    /// Parameters of one URI or header value.
    package static let parametersMax = 64
}
