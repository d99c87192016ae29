#pragma once

#include "ui/log/ansi.h"

#include <array>

namespace switchyard::ui {

constexpr char escape = '\x1b';

//! One escape sequence in the bytes of a line.
struct EscapeSequence {
    qsizetype length = 1;      //!< with the escape itself
    QByteArrayView parameters; //!< of a control sequence (CSI)
    char final = 0;            //!< what a control sequence does; 0: any other sequence, which does nothing here
};

//! The sequence that begins with the escape at `at`. One without an end is as long as its introducer.
EscapeSequence readEscape(QByteArrayView bytes, qsizetype at);

//! The numbers of a control sequence; a missing one is -1. Sub-parameters (38:2::1:2:3) read like parameters, without
//! the empty colour space.
struct EscapeParameters {
    std::array<int, 32> values{};
    int count = 0;
    explicit EscapeParameters(QByteArrayView text);
    int at(int index, int missing) const
    {
        return index < count && values[size_t(index)] >= 0 ? values[size_t(index)] : missing;
    }
};

//! Changes the style if the sequence is one of colours and the like (CSI … m); false if it is another.
bool applyGraphics(TextStyle& style, const EscapeSequence& sequence);

} // namespace switchyard::ui
