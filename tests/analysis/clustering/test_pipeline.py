"""The whole analysis: planted patterns recovered, plan alone, counts alone, and what it writes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import rasterio

from yngis.analysis.clustering.industry_tables import k_densities
from yngis.analysis.clustering.pipeline import Clustering, cluster
from yngis.analysis.clustering.recommendations import KINDS, recommend
from yngis.analysis.clustering.settings import Settings
from yngis.catalogue import load
from yngis.catalogue.io.pack import province_albers
from yngis.report.clustering.run import (
    cluster_report,
    read_enterprises,
    write_clustering,
)
from yngis.report.clustering.tables import cluster_output_tables
from yngis.report.demo.enterprises import DISPERSED, LOCALISED, RANDOM, demo_enterprises

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.analysis.clustering.enterprises import Enterprises
    from yngis.report.demo.enterprises import DemoEnterprises

QUICK = Settings(simulations=99, permutations=199)


def run(enterprises: Enterprises | None, settings: Settings = QUICK) -> Clustering:
    return cluster(
        enterprises,
        zones=load("zones"),
        counties=load("counties"),
        layout=load("industry_layout"),
        stages=load("chain_stages"),
        settings=settings,
    )


@pytest.fixture(scope="module")
def result(enterprises: Enterprises) -> Clustering:
    return run(enterprises)


def test_too_few_permutations_and_simulations_are_in_the_notes(
    enterprises: Enterprises, result: Clustering
) -> None:
    # 129 counties at 5 % need 2 * 129 / 0.05 - 1 = 5159; QUICK has 199. 99 simulations reach 5 %.
    assert sum("5159 are needed" in note for note in result.notes) == 1
    assert not any("cross the bounds" in note for note in result.notes)
    coarse = run(enterprises, replace(QUICK, simulations=19, level=0.01, permutations=5159))
    assert sum("99 are needed" in note for note in coarse.notes) == 1
    assert not any("5159" in note for note in coarse.notes)


def test_zones_that_the_layer_does_not_have_are_in_the_notes(prepare) -> None:  # noqa: ANN001
    zones = load("zones")
    table = pd.DataFrame({"行业代码": "3216", "开发区": [*zones["name_zh"].iloc[:6]] * 5})
    layout = load("industry_layout")
    kept = zones[~zones["name_zh"].isin(zones["name_zh"].iloc[:2])]
    found = cluster(
        prepare(table),
        zones=kept,
        counties=load("counties"),
        layout=layout[layout["zone"].isin(kept["name_zh"])],
        stages=load("chain_stages"),
        settings=QUICK,
    )
    assert (
        sum(note.startswith("10 家企业属于范围图层中没有的 2 个开发区") for note in found.notes)
        == 1
    )
    assert found.tables["zones"]["plants"].sum() == 20


class TestRecovery:
    def test_patterns(self, result: Clustering, demo: DemoEnterprises) -> None:
        found = {name: one.pattern for name, one in result.k_densities.items()}
        assert {name: found[name] for name in demo.truth} == dict(demo.truth)

    def test_the_distance_of_the_localised_industry(
        self, result: Clustering, demo: DemoEnterprises
    ) -> None:
        (start, stop), *_ = result.k_densities[LOCALISED].localised_m
        assert start == 0.0
        # Planted within 20 km; the kernel of 5 km reaches a little beyond.
        assert demo.localised_m - 2_000 < stop < demo.localised_m + 6_000

    def test_other_seeds(self, demo: DemoEnterprises, prepare) -> None:  # noqa: ANN001
        random_called = 0
        for seed in range(2, 5):
            other = demo_enterprises(load("counties"), load("zones"), seed)
            ready = prepare(other.table, datum=other.datum).frame
            points = ready[ready["located"]].to_crs(province_albers())
            found = k_densities(points, demo.truth, QUICK)
            assert found[LOCALISED].pattern == "localised"
            assert found[DISPERSED].pattern == "dispersed"
            random_called += found[RANDOM].pattern != "random"
        assert random_called <= 1

    def test_clusters_hold_the_planted_discs(
        self, result: Clustering, enterprises: Enterprises
    ) -> None:
        points = enterprises.frame[enterprises.frame["located"]]
        planted = points[points["industry"] == LOCALISED]
        labels = result.layers["enterprises"]["cluster"].loc[planted.index]
        assert (labels >= 0).mean() > 0.8
        lead = result.tables["clusters"].set_index("cluster")["leading_industry"]
        big = labels[labels >= 0].value_counts().head(3).index
        assert (lead[big] == LOCALISED).sum() >= 2

    def test_nearest_neighbours_agree(self, result: Clustering) -> None:
        ratio = result.tables["nearest_neighbour"].set_index("industry")["ratio"]
        assert ratio[LOCALISED] < 0.2 < ratio[RANDOM] < ratio[DISPERSED]

    def test_gamma_over_counties(self, result: Clustering) -> None:
        table = result.tables["agglomeration"]
        found = table[(table["level"] == "县") & (table["measure"] == "EG")].set_index("industry")
        assert found.loc[LOCALISED, "gamma"] > 0.05
        assert found.loc[LOCALISED, "z"] > 4
        assert abs(found.loc[RANDOM, "gamma"]) < 0.05


class TestTables:
    def test_every_table_and_column_is_declared(self, result: Clustering) -> None:
        declared = {
            table.name: [column.name for column in table.columns]
            for table in cluster_output_tables()
        }
        given = {"recommendations": result.recommendations, **result.tables}
        # How headers were understood is known of a file only.
        assert set(given) == set(declared) - {"columns"}
        for name, table in given.items():
            assert list(table.columns) == declared[name], name
            assert len(table) > 0, name

    def test_zone_table_adds_up(self, result: Clustering, enterprises: Enterprises) -> None:
        frame = enterprises.frame
        in_zone = frame[frame["zone"].notna() & frame["industry"].notna()]
        zones = result.tables["zones"]
        assert zones["plants"].sum() == len(in_zone)
        assert zones["size"].sum() == pytest.approx(in_zone["size"].sum())
        assert zones["zone"].tolist() == load("zones")["name_zh"].tolist()
        shares = result.tables["zone_industry"].groupby("zone")["share"].sum()
        assert (shares <= 1 + 1e-9).all()

    def test_a_zone_with_few_plants_is_not_judged(self, result: Clustering) -> None:
        zones = result.tables["zones"].set_index("zone")
        few = zones["plants"].between(1, QUICK.least_plants - 1)
        assert few.any()
        assert (zones.loc[few, "verdict"] == "企业太少，不作判断").all()
        assert zones.loc[few, "leading_industry"].isna().all()
        judged = set(np.unique(result.tables["similarity"][["zone", "other"]].astype(str)))
        assert not judged & set(zones.index[few])

    def test_leading_industry_has_the_highest_quotient(self, result: Clustering) -> None:
        detail = result.tables["zone_industry"]
        for row in result.tables["zones"].dropna(subset=["leading_industry"]).itertuples():
            own = detail[(detail["zone"] == row.zone) & (detail["share"] >= QUICK.least_share)]
            assert own["lq"].max() == pytest.approx(row.leading_lq)
            same = own[own["industry"] == row.leading_industry].iloc[0]
            assert (row.verdict == "与规划一致") == bool(same["assigned"]) or row.assigned == ""

    def test_hot_spots_that_were_planted(self, demo: DemoEnterprises, prepare) -> None:  # noqa: ANN001
        # A ring of counties round 呈贡 gets ten big plants each: hot, and nothing else is.
        counties = load("counties").set_index("name_zh")
        middle = counties.loc["呈贡区"].geometry
        ring = counties.index[counties.intersects(middle)]
        inside = counties.loc[np.repeat(ring, 10)].geometry.representative_point()
        big = pd.DataFrame(
            {
                "企业名称": "大",
                "行业代码": "2614",
                "经度": inside.x,
                "纬度": inside.y,
                "从业人数": 5e4,
            }
        )
        ready = prepare(
            pd.concat(
                (demo.table.assign(坐标基准="GCJ-02"), big.assign(坐标基准="CGCS2000"))
            ).reset_index(drop=True),
            keep_stacked=True,
        )
        found = run(ready, replace(QUICK, permutations=9999))
        spots = found.layers["hot_spots"]
        hot = spots[(spots["industry"] == LOCALISED) & spots["gi_significant"]]
        assert "呈贡区" in set(hot["county"])
        assert (hot["kind"] == "hot").all()
        assert len(hot) < 40

    def test_same_settings_same_result(self, result: Clustering, enterprises: Enterprises) -> None:
        again = run(enterprises)
        for name, table in result.tables.items():
            pd.testing.assert_frame_equal(again.tables[name], table)
        other = run(enterprises, replace(QUICK, seed=3))
        assert not other.tables["autocorrelation"]["p"].equals(
            result.tables["autocorrelation"]["p"]
        )

    def test_surface_sums_to_the_plants(self, result: Clustering) -> None:
        surface = result.surface
        assert surface is not None
        total = np.nansum(surface.per_km2) * (surface.cell_m / 1000) ** 2
        assert total == pytest.approx(surface.total)
        assert surface.total == pytest.approx(1421, abs=20)


class TestRecommendations:
    def test_kinds_and_order(self, result: Clustering) -> None:
        found = result.recommendations
        assert set(found["kind"]) == set(KINDS)
        assert (found["kind_zh"] == found["kind"].map(KINDS)).all()
        for _, rows in found.groupby("kind"):
            assert rows["strength"].is_monotonic_decreasing
        order = found["kind"].map(list(KINDS).index)
        assert order.is_monotonic_increasing

    def test_over_assigned_by_hand(self) -> None:
        detail = pd.DataFrame(
            {
                "zone": ["甲", "乙", "丙", "丁"],
                "industry": "化工",
                "assigned": [True, True, True, False],
                "plants": [9, 1, 0, 5],
            }
        )
        concentration = pd.DataFrame(
            {"industry": ["化工"], "level": ["开发区"], "effective_number": [1.3]}
        )
        tables = {"zone_industry": detail, "concentration": concentration}
        found = recommend(tables, QUICK)
        # Three assigned, as if evenly in 1.3: one more than the two they would fill.
        assert found["strength"].tolist() == [1.0]
        assert "3 个开发区" in found["text_zh"].iloc[0]
        assert "1 个没有该产业企业：丙" in found["text_zh"].iloc[0]
        wide = concentration.assign(effective_number=2.2)
        assert recommend({**tables, "concentration": wide}, QUICK).empty
        # A handful of plants says nothing of how an industry should be laid out.
        few = detail.assign(plants=[3, 1, 0, 5])
        assert recommend({**tables, "zone_industry": few}, QUICK).empty

    def test_similar_by_hand(self) -> None:
        pairs = pd.DataFrame(
            {
                "zone": ["甲", "甲", "乙"],
                "other": ["乙", "丙", "丙"],
                "similarity": [0.9, 0.99, 0.5],
                "distance_km": [40.0, 400.0, 50.0],
                "drivers": ["化工", "化工", "新材料"],
            }
        )
        found = recommend({"similarity": pairs}, QUICK)
        assert found["subject"].tolist() == ["乙", "甲"]
        assert "乙（0.90，40 km，化工）" in found.set_index("subject").loc["甲", "text_zh"]
        assert "丙" not in "".join(found["text_zh"])


class TestLess:
    def test_the_plans_text_alone(self) -> None:
        found = run(None)
        assert all(name.startswith("plan_") for name in found.tables)
        assert set(found.recommendations["kind"]) == {"doubled_in_plan", "chain_gap"}
        assert found.layers == {}
        assert found.surface is None
        assert "没有企业数据" in "".join(found.notes)

    def test_zone_coded_table_without_coordinates_or_sizes(self, prepare) -> None:  # noqa: ANN001
        random = np.random.default_rng(1)
        zones = load("zones")["name_zh"]
        table = pd.DataFrame(
            {
                "行业代码": random.choice(["3216", "2614", "1530", "3011"], 400),
                "开发区": random.choice(zones.iloc[:12], 400),
            }
        )
        found = run(prepare(table))
        assert found.k_densities == {}
        assert "k_density" not in found.tables
        assert "hot_spots" not in found.tables
        assert found.surface is None
        assert len(found.tables["similarity"]) == 66
        assert found.tables["zones"]["size"].isna().all()
        assert "每家企业按一计" in "".join(found.notes)
        # By chance no industry is agglomerated.
        assert (found.tables["agglomeration"]["z"].abs() < 4).all()

    def test_a_handful(self, prepare) -> None:  # noqa: ANN001
        table = pd.DataFrame(
            {"行业代码": ["3216", "2614"], "经度": [102.71234, 103.1], "纬度": [25.04, 25.512345]}
        )
        found = run(prepare(table, datum="WGS84"))
        assert found.k_densities == {}
        assert len(found.layers["enterprises"]) == 2
        assert found.tables["clusters"].empty


class TestFiles:
    def test_from_file_to_files(
        self, demo: DemoEnterprises, result: Clustering, tmp_path: Path
    ) -> None:
        demo.table.to_csv(tmp_path / "e.csv", index=False, encoding="utf-8-sig")
        ready = read_enterprises(tmp_path / "e.csv", datum=demo.datum)
        found = cluster_report(tmp_path / "out", ready, settings=QUICK)
        pd.testing.assert_frame_equal(found.tables["zones"], result.tables["zones"])
        pd.testing.assert_frame_equal(found.tables["k_density"], result.tables["k_density"])

        book = openpyxl.load_workbook(tmp_path / "out" / "clustering.xlsx")
        assert book.sheetnames[:3] == ["说明", "建议", "开发区"]
        assert book["开发区"]["A2"].value == "昆明高新技术产业开发区"
        assert book["开发区"].max_row == 63
        about = {row[1] for row in book["说明"].iter_rows(values_only=True)}
        assert any("示意" in str(note) for note in about)
        for declared in cluster_output_tables():
            assert (tmp_path / "out" / "tables" / f"{declared.name}.csv").exists()

        layers = {
            str(name) for name, _ in pyogrio.list_layers(tmp_path / "out" / "clustering.gpkg")
        }
        assert layers == {name for name, layer in found.layers.items() if len(layer)}
        assert {"enterprises", "clusters", "zones", "zone_links"} <= layers
        with rasterio.open(tmp_path / "out" / "density.tif") as raster:
            assert raster.crs == rasterio.crs.CRS.from_user_input(province_albers())
            assert np.isnan(raster.nodata)
            band = raster.read(1)
            assert raster.tags()["bandwidth_m"] == "15000"
        assert found.surface is not None
        np.testing.assert_allclose(band, found.surface.per_km2, rtol=1e-6)

    def test_same_bytes(self, result: Clustering, tmp_path: Path) -> None:
        digests = []
        for name in ("a", "b"):
            files = write_clustering(result, tmp_path / name)
            digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
        assert digests[0] == digests[1]

    def test_values_never_run_as_formulas(self, result: Clustering, tmp_path: Path) -> None:
        evil = result.tables["suspects"].head(2).assign(name=["=1+1", "@SUM(A1)\x07"])
        write_clustering(replace(result, tables={"suspects": evil}), tmp_path)
        sheet = openpyxl.load_workbook(tmp_path / "clustering.xlsx")["可疑记录"]
        cells = [sheet.cell(row, 3) for row in (2, 3)]
        assert [cell.value for cell in cells] == ["=1+1", "@SUM(A1)"]
        assert [cell.data_type for cell in cells] == ["s", "s"]
        text = (tmp_path / "tables" / "suspects.csv").read_text(encoding="utf-8-sig")
        assert "'=1+1" in text
        assert not re.search(r"(^|,)=1\+1", text)
