"""The yardstick for start-up: a typer app that prints one rich table as large as the register's."""

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()


@app.command()
def main(rows: int = 14) -> None:
    table = Table()
    for heading in ("State", "Commitment", "Value", "Deadline", "Report", "Owner"):
        table.add_column(heading)
    for row in range(rows):
        table.add_row(*[f"cell {row} with a few words"] * 6)
    Console().print(table)


app()
