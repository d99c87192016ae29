#pragma once

#include <QTreeWidget>

namespace switchyard::ui {

//! A cell without a text says at least which one it is, for those who hear the table: "Version: –".
inline void nameEmptyCells(QTreeWidgetItem& item)
{
    const auto* const header = item.treeWidget()->headerItem();
    for (int column = 0; column < item.columnCount(); ++column)
        item.setData(column, Qt::AccessibleTextRole,
                     item.text(column).isEmpty() ? QVariant(header->text(column) + QStringLiteral(": –")) : QVariant());
}

} // namespace switchyard::ui
