#pragma once

#include "base/result.h"

#include <QJsonArray>
#include <QStringList>

namespace switchyard::coder {

//! The steps the model means to take, as ACP plan entries.
class Plan
{
public:
    //! From update_plan's entries; Invalid names what is wrong.
    Result<> replace(const QJsonArray& entries);
    const QJsonArray& entries() const { return m_entries; }
    QStringList open() const; //!< contents of those not completed
    QStringList done() const;
    bool isEmpty() const { return m_entries.isEmpty(); }

private:
    QStringList withStatus(bool completed) const;
    QJsonArray m_entries;
};

} // namespace switchyard::coder
