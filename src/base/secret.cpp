#include "base/secret.h"

#include <cstring>

namespace switchyard {

Secret::~Secret()
{
    // Only the last holder may wipe: the bytes are shared between copies.
    if (!m_bytes.isEmpty() && m_bytes.isDetached())
        explicit_bzero(m_bytes.data(), size_t(m_bytes.size()));
}

} // namespace switchyard
