#pragma once

#include <QAbstractButton>
#include <QTest>
#include <QWidget>

namespace switchyard::testing {

//! The one of this type and object name below `root`; its absence ends the test program.
template <typename T>
T* findWidget(const QWidget& root, const char* name)
{
    auto* const found = root.findChild<T*>(QString::fromLatin1(name));
    if (!found)
        qFatal("there is no %s", name);
    return found;
}

inline void press(const QWidget& root, const char* button)
{
    QTest::mouseClick(findWidget<QAbstractButton>(root, button), Qt::LeftButton);
}

} // namespace switchyard::testing
